"""MSAL for Python on a cache file, told what to do by lines of JSON, each answered by a line.

Not a library of its own: every command makes a new application that loads the file, works, and stores it, as one run of a
program would. Its requests go to the stand-in of Entra on loopback, whatever host they are for.

    {"command": "silent", "standin": "http://127.0.0.1:1", "cache": "FILE", "client": "ID", "authority": "https://…", …}
"""

import json
import os
import sys
from urllib.parse import urlsplit

import msal
import requests


class Loopback(requests.Session):
    """An HTTP client that knows one server; it is told which host each request was for."""

    def __init__(self, standin):
        super().__init__()
        self.trust_env = False
        self.standin = standin

    def request(self, method, url, headers=None, **options):
        parts = urlsplit(url)
        wanted = {**(headers or {}), "x-original-origin": f"{parts.scheme}://{parts.netloc}"}
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, self.standin + parts.path + query, headers=wanted, **options)


def carried_out(command, standin, cache, client, authority, **request):
    store = msal.SerializableTokenCache()
    if os.path.exists(cache):
        with open(cache, encoding="utf-8") as file:
            store.deserialize(file.read())
    app = msal.PublicClientApplication(client, authority=authority, token_cache=store, http_client=Loopback(standin))
    try:
        return COMMANDS[command](app, **request)
    finally:
        if store.has_state_changed:
            with open(cache, "w", encoding="utf-8") as file:
                file.write(store.serialize())


def start(app, scopes):
    return app.initiate_device_flow(scopes)


def finish(app, flow):
    return app.acquire_token_by_device_flow(flow)


def accounts(app):
    return app.get_accounts()


def account_of(app, home):
    found = [account for account in app.get_accounts() if home in (None, account["home_account_id"])]
    return found[0] if found else None


def silent(app, scopes, home=None, force=False, claims=None):
    return app.acquire_token_silent_with_error(
        scopes, account_of(app, home), force_refresh=force, claims_challenge=claims)


def remove(app, home=None):
    app.remove_account(account_of(app, home))


COMMANDS = {"start": start, "finish": finish, "accounts": accounts, "silent": silent, "remove": remove}

for line in sys.stdin:
    try:
        answer = {"result": carried_out(**json.loads(line))}
    except Exception as error:  # Whatever it is, the test is told.
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)

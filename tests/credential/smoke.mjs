// What every runtime does with the credential: a token from the person, the same from the cache. Each host's own program imports this file
// and passes the package as that host loads it.

export async function smoke({ AuthenticationRequiredError, DeviceCodeCredential }, { AuthError }, { issuer, clientId }) {
  let prompts = 0;
  const credential = new DeviceCodeCredential({
    clientId,
    configuration: { auth: { authority: issuer } },
    async userPromptCallback({ userCode }) {
      prompts += 1;
      const query = new URLSearchParams({ user_code: userCode, action: "approve", login: "alice" });
      await (await fetch(`${issuer}/drive?${query}`)).json();
    },
  });
  const [first, second] = [await credential.getToken("openid"), await credential.getToken(["openid"])];
  return {
    tokens: [first, second].filter(({ token, expiresOnTimestamp }) => token && expiresOnTimestamp > Date.now()).length,
    equal: first.token === second.token,
    prompts,
    tokenType: first.tokenType,
    oneSetOfClasses: new AuthenticationRequiredError({ scopes: ["openid"] }) instanceof AuthError,
  };
}

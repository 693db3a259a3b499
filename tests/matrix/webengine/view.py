# A window with one page, in the QtWebEngine of a folder: `python3 view.py FOLDER ADDRESS`, where FOLDER is the Qt of a wheel.
#
# A kiosk shell written with Qt. It uses no Python binding, so any Python version works. Pages from the disk may send requests to servers, as
# in other shells. The page sends its results to the runner itself.

import ctypes
import glob
import os
import sys
import time

folder, address = sys.argv[1:]


def library(name):
    [file] = glob.glob(os.path.join(folder, "lib", f"libQt?{name}.so.?"))
    return ctypes.CDLL(file, ctypes.RTLD_GLOBAL)


core, gui, widgets = library("Core"), library("Gui"), library("Widgets")
web_core, web = library("WebEngineCore"), library("WebEngineWidgets")
is_qt6 = hasattr(core, "_ZN7QStringC1EPK5QCharx")


def made(size):
    return ctypes.create_string_buffer(size)


def string(text):
    encoded, qstring = text.encode("utf-16-le"), made(64)
    if is_qt6:
        core._ZN7QStringC1EPK5QCharx(qstring, encoded, ctypes.c_longlong(len(encoded) // 2))
    else:
        core._ZN7QStringC1EPK5QChari(qstring, encoded, ctypes.c_int(len(encoded) // 2))
    return qstring


def url(text):
    made_url = made(64)
    core._ZN4QUrlC1ERK7QStringNS_11ParsingModeE(made_url, string(text), ctypes.c_int(0))
    return made_url


def take_picture(file):
    """The DevTools of these engines take none."""
    picture = made(64)
    whole = (ctypes.c_int * 4)(0, 0, 1279, 719)  # left, top, right, bottom
    widgets._ZN7QWidget4grabERK5QRect(picture, view, whole)
    gui._ZNK7QPixmap4saveERK7QStringPKci(picture, string(file), b"PNG", ctypes.c_int(-1))


count, words = ctypes.c_int(2), (ctypes.c_char_p * 3)(b"view", b"--no-sandbox", None)
application = made(256)
widgets._ZN12QApplicationC1ERiPPci(application, ctypes.byref(count), words, ctypes.c_int(0x060000 if is_qt6 else 0x050800))
view = made(1024)
web._ZN14QWebEngineViewC1EP7QWidget(view, None)
settings = web._ZNK14QWebEngineView8settingsEv
settings.restype = ctypes.c_void_p
LOCAL_CONTENT_CAN_ACCESS_REMOTE_URLS = 6
(web_core if is_qt6 else web)._ZN18QWebEngineSettings12setAttributeENS_12WebAttributeEb(ctypes.c_void_p(settings(view)), ctypes.c_int(LOCAL_CONTENT_CAN_ACCESS_REMOTE_URLS), ctypes.c_bool(True))
web._ZN14QWebEngineView6setUrlERK4QUrl(view, url(address))
widgets._ZN7QWidget6resizeERK5QSize(view, (ctypes.c_int * 2)(1280, 720))
widgets._ZN7QWidget4showEv(view)

# To get a picture, create an empty file of this name.
wanted = os.path.join(os.environ["HOME"], "picture.wanted")
while True:
    core._ZN16QCoreApplication13processEventsE6QFlagsIN10QEventLoop17ProcessEventsFlagEEi(0, 50)
    time.sleep(0.005)
    if os.path.exists(wanted):
        take_picture(wanted.replace(".wanted", ".part"))
        os.remove(wanted)
        os.rename(wanted.replace(".wanted", ".part"), wanted.replace(".wanted", ".png"))

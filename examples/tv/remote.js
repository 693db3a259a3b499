// The keys of a remote control on webOS and Tizen. The arrows move the focus among the buttons, and Back leaves the application. OK
// presses the focused button; the browser does that.

const remote = {
  exit() {
    if (window.webOS && webOS.platformBack) webOS.platformBack();
    else if (window.tizen) tizen.application.getCurrentApplication().exit();
    else window.close();
  },
};

(function () {
  const BACK = [461, 10009, 27]; // webOS, Tizen, a keyboard
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  document.addEventListener("keydown", (event) => {
    if (BACK.indexOf(event.keyCode) >= 0) {
      event.preventDefault();
      remote.exit();
    } else if (step[event.key]) {
      event.preventDefault();
      const buttons = Array.prototype.slice.call(document.querySelectorAll("button"));
      const place = buttons.indexOf(document.activeElement);
      buttons[Math.max(0, Math.min(buttons.length - 1, place + step[event.key]))].focus();
    }
  });
})();

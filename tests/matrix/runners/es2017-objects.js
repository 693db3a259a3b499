// Chromium 53 (webOS 4) lacks what esbuild lowers object spread to, and asks for it at once; and two that the suite is written with.
if (!Object.getOwnPropertyDescriptors) {
  Object.getOwnPropertyDescriptors = function (object) {
    var all = {};
    Reflect.ownKeys(object).forEach(function (key) {
      all[key] = Object.getOwnPropertyDescriptor(object, key);
    });
    return all;
  };
  Object.entries = function (object) {
    return Object.keys(object).map(function (name) {
      return [name, object[name]];
    });
  };
  Object.values = function (object) {
    return Object.keys(object).map(function (name) {
      return object[name];
    });
  };
}

// Chromium 53 (webOS 4) lacks the functions to which esbuild lowers object spread, and two that the suite uses.
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

package dev.ingot.server.webhooks;

/** {@code *} for any characters, {@code ?} for one; time grows with text times glob, no more. */
final class Glob {
  private Glob() {}

  static boolean matches(String glob, String text) {
    int at = 0;
    int of = 0;
    int star = -1;
    int retry = 0;
    while (of < text.length()) {
      if (at < glob.length() && glob.charAt(at) == '*') {
        star = at++;
        retry = of;
      } else if (at < glob.length()
          && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(of))) {
        at++;
        of++;
      } else if (star >= 0) {
        at = star + 1;
        of = ++retry;
      } else {
        return false;
      }
    }
    while (at < glob.length() && glob.charAt(at) == '*') {
      at++;
    }
    return at == glob.length();
  }
}

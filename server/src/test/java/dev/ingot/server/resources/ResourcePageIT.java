package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.server.TestServer.Answer;
import org.junit.jupiter.api.Test;

/** The page, as a person uses it: paste the token, look, free. */
final class ResourcePageIT extends ResourceScene {
  @Test
  void aPersonSeesWhoHoldsWhatAndFreesIt() throws Exception {
    assumeTrue(Browser.isThere(), "chromium is not installed");
    make("page-held", "");
    make("page-free", "");
    ok(claim("machines", "{'owner':'<b>tony</b>','keys':['page-held'],'reason':'burn-in'}"), 201);
    try (Browser browser = new Browser(server.uri("/resources"))) {
      browser.await("document.readyState === 'complete' && !!document.getElementById('show')");
      browser.evaluate(
          "document.getElementById('token').value = 'ingot_wrong';"
              + " document.getElementById('show').click()");
      browser.await("document.getElementById('said').textContent.includes('token')");
      browser.evaluate(
          "document.getElementById('token').value = '"
              + server.adminToken()
              + "'; document.getElementById('show').click()");
      browser.await("document.querySelectorAll('#held tr').length === 1");
      assertThat(browser.evaluate("document.querySelector('#held tr').innerText").asString())
          .contains("page-held", "<b>tony</b>", "burn-in");
      assertThat(browser.evaluate("document.getElementById('free').innerText").asString())
          .isEqualTo("page-free");
      browser.evaluate("document.querySelector('#held button').click()");
      browser.await("document.getElementById('said').textContent === 'page-held is released'");
      assertThat(browser.evaluate("document.getElementById('sums').textContent").asString())
          .isEqualTo("0 held, 2 free");
      assertThat(
              browser
                  .evaluate("document.cookie + localStorage.length + sessionStorage.length")
                  .asString())
          .as("the token is kept nowhere")
          .isEqualTo("00");
      assertThat(
              browser
                  .evaluate(
                      "(() => { const s = document.createElement('script'); s.text = 'window.bad ="
                          + " 1'; document.head.append(s); return window.bad === undefined; })()")
                  .asBoolean())
          .as("no script but the page's own runs")
          .isTrue();
      browser.evaluate("location.reload()");
      browser.await(
          "document.readyState === 'complete' && document.getElementById('token').value === ''");
    }
    assertThat(server.get(MACHINES + "/page-held").body().path("free").asBoolean()).isTrue();
  }

  @Test
  void thePageIsServedStrictlyAndNoOtherPageMayAsk() {
    Answer page = server.send("GET", "/resources", null, null);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.response().headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.response().body()).doesNotContain("<script>").doesNotContain("style=");
    String own = server.uri("").toString();
    assertThat(with("Origin", own, "POST", "/api/v1/claims/999999/release", "{}").status())
        .isEqualTo(404);
    for (String origin : new String[] {"null", "http://evil.example", own + "1"}) {
      assertThat(with("Origin", origin, "POST", "/api/v1/claims/999999/release", "{}").status())
          .as(origin)
          .isEqualTo(403);
    }
  }
}

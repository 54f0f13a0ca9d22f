package dev.ingot.agent.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server that has bundles.
 *
 * @param server {@code https://host:port}
 * @param tls whom to trust; null for the certificates that the machine trusts
 * @param pinned whether a key is trusted whatever the host is called
 */
public record BundleServer(URI server, @Nullable SSLSocketFactory tls, boolean pinned) {
  private static final String PATH = "/api/v1/agent-bundle";
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 15_000;

  /** Its present bundle's manifest, if somebody trusted signed it. */
  SignedManifest present(List<PublicKey> trusted) throws IOException, BundleException {
    try (InputStream in = open(PATH)) {
      return SignedManifest.verified(in.readNBytes(SignedManifest.MOST_OCTETS + 1), trusted);
    }
  }

  /** One file, no more of it than is to be there. */
  void fetch(Manifest.Entry file, Path into) throws IOException {
    try (InputStream in = open(PATH + "/files/" + file.sha256());
        OutputStream out =
            Files.newOutputStream(into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[64 << 10];
      long left = file.size() + 1;
      for (int count = in.read(buffer); count >= 0 && left > 0; count = in.read(buffer)) {
        out.write(buffer, 0, (int) Math.min(count, left));
        left -= count;
      }
    }
  }

  private InputStream open(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(server.toString().replaceFirst("/$", "") + path).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    if (connection instanceof HttpsURLConnection https && tls != null) {
      https.setSSLSocketFactory(tls);
      if (pinned) {
        https.setHostnameVerifier((host, session) -> true);
      }
    }
    int status = connection.getResponseCode();
    if (status != 200) {
      connection.disconnect();
      throw new IOException(server + path + " answers " + status);
    }
    return connection.getInputStream();
  }
}

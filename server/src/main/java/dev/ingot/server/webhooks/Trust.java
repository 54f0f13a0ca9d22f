package dev.ingot.server.webhooks;

import dev.ingot.server.problem.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Which receivers are who they say they are. */
final class Trust {
  private Trust() {}

  /**
   * What Java trusts, and beside it the certificates of a PEM file: of a private authority, or of
   * one receiver that signed its own.
   *
   * @param file null for what Java trusts alone
   * @throws StartFailure naming the file and what is wrong with it
   */
  static SSLContext with(@Nullable Path file) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, file == null ? null : trusting(file), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new StartFailure("webhooks.ca-file: cannot use " + file + ": " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trusting(Path file) throws GeneralSecurityException, IOException {
    List<Certificate> trusted = new ArrayList<>(certificates(file));
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager known) {
        trusted.addAll(Arrays.asList(known.getAcceptedIssuers()));
      }
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate certificate : trusted) {
      store.setCertificateEntry("trusted-" + store.size(), certificate);
    }
    return managers(store);
  }

  private static List<Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> certificates =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (certificates.isEmpty()) {
        throw new IOException("it holds no certificate in PEM form");
      }
      return certificates;
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}

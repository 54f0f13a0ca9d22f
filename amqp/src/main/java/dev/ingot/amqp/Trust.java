package dev.ingot.amqp;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate of a broker is trusted: by a CA and the host's name, or by its pinned key
 * alone.
 *
 * @param ca PEM file with the only CAs to trust; null for those of the machine
 * @param pin SHA-256 of the certificate's public key (its SubjectPublicKeyInfo), 64 hex digits
 */
public record Trust(@Nullable Path ca, @Nullable String pin) {
  public static final Trust MACHINE = new Trust(null, null);

  public Trust {
    if (pin != null && !pin.replace(":", "").matches("[0-9A-Fa-f]{64}")) {
      throw new IllegalArgumentException(
          "a pin is the SHA-256 of the certificate's public key, 64 hex digits");
    }
  }

  /**
   * Whether the name in the certificate is to be that of the host; of a pinned key nobody asks it.
   */
  boolean namesHost() {
    return pin == null;
  }

  SSLContext context() {
    try {
      TrustManager[] managers = pin != null ? new TrustManager[] {new Pinned(pin)} : managers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new BrokerException("trust the certificates of " + ca + ": " + e.getMessage(), e);
    }
  }

  private TrustManager @Nullable [] managers() throws GeneralSecurityException, IOException {
    if (ca == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(ca)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException("the file holds no certificate");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    }
  }

  /** Trusts one key, whoever signed it. */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final byte[] wanted;

    Pinned(String pin) {
      this.wanted = HexFormat.of().parseHex(pin.replace(":", "").toLowerCase(Locale.ROOT));
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      try {
        byte[] key = chain[0].getPublicKey().getEncoded();
        byte[] found = MessageDigest.getInstance("SHA-256").digest(key);
        if (!MessageDigest.isEqual(found, wanted)) {
          throw new CertificateException(
              "the broker's key is " + HexFormat.of().formatHex(found) + ", another one is pinned");
        }
      } catch (NoSuchAlgorithmException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no client is asked for a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("no client is asked for a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no client is asked for a certificate");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

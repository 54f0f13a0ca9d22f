package dev.ingot.server.http;

import dev.ingot.server.problem.StartFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificate and private key from PEM files (RFC 7468) into a key store in memory. */
final class TlsFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private TlsFiles() {}

  /**
   * @throws StartFailure naming the file and what is wrong with it
   */
  static KeyStore read(Path certificate, Path key, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("server", key(key), password, chain(certificate));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new StartFailure(
          "http.tls: certificate " + certificate + " and key " + key + ": " + e.getMessage(), e);
    }
  }

  private static Certificate[] chain(Path file) throws GeneralSecurityException, IOException {
    Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes(file, "certificate")))
            .toArray(Certificate[]::new);
    if (chain.length == 0) {
      throw new StartFailure("http.tls.certificate: " + file + " holds no certificate", null);
    }
    return chain;
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException {
    Matcher matcher = KEY.matcher(new String(bytes(file, "key"), StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw new StartFailure("http.tls.key: " + file + " holds no private key in PEM form", null);
    }
    if (!matcher.group(1).equals("PRIVATE KEY")) {
      throw new StartFailure(
          "http.tls.key: "
              + file
              + " is not plain PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt -in "
              + file,
          null);
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(2)));
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        continue; // a key of another algorithm
      }
    }
    throw new StartFailure("http.tls.key: " + file + " is no RSA, EC or Ed25519 key", null);
  }

  private static byte[] bytes(Path file, String setting) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new StartFailure("http.tls." + setting + ": cannot read " + file, e);
    }
  }
}

package dev.ingot.agent.parse;

import java.util.HashMap;
import java.util.Map;

/** Keys of lshw's text in the languages that it speaks, in English (its catalogues, src/po). */
final class LshwWords {
  private static final Map<String, String> ENGLISH = new HashMap<>();

  static {
    add("description", "descrição", "descripción", "descripció", "Beschreibung");
    add("product", "produit", "produto", "producto", "producte", "Produkt");
    add("vendor", "fabriquant", "fabricant", "fabricante", "Hersteller");
    add("physical id", "identifiant matériel", "ID físico", "id físico", "Physische ID");
    add("bus info", "information bus", "informação do barramento", "información del bus");
    add("bus info", "Bus-Informationen");
    add("logical name", "nom logique", "nome lógico", "nombre lógico", "Logischer Name");
    add("version", "versão", "versión");
    add("serial", "numéro de série", "série", "serie", "número de serie", "Seriennummer");
    add("slot", "emplacement", "ranura", "Steckplatz");
    add("size", "taille", "tamanho", "tamaño", "mida", "Größe");
    add("capacity", "capacité", "capacidade", "capacidad", "capacitat", "Kapazität");
    add("width", "bits", "largura", "anchura", "Breite");
    add("clock", "horloge", "relógio", "reloj", "Takt");
    add("capabilities", "fonctionnalités", "capacidades", "Fähigkeiten");
    add("configuration", "configuração", "configuración", "Konfiguration");
    add("resources", "ressources", "recursos", "Ressourcen");
  }

  private LshwWords() {}

  private static void add(String key, String... words) {
    for (String word : words) {
      ENGLISH.put(word, key);
    }
  }

  static String key(String word) {
    return ENGLISH.getOrDefault(word, word);
  }

  /** What stands behind the description of a place without a module. */
  static String empty(String description) {
    return description.replaceFirst("\\[(?:vide|vazio|vacío|buit|leer)]", "[empty]");
  }
}

package dev.ingot.agent.parse;

import java.util.Map;

/**
 * The heads of {@code lscpu} in other languages (util-linux, po/de.po and po/fr.po, versions 2.20
 * to 2.40), for outputs that somebody else recorded; our own are made in the C locale.
 */
final class LscpuWords {
  private static final Map<String, String> ENGLISH =
      Map.ofEntries(
          Map.entry("architektur", "architecture"),
          Map.entry("cpu_operationsmodus", "cpu_op_mode_s"),
          Map.entry("adressgr_en", "address_sizes"),
          Map.entry("byte_reihenfolge", "byte_order"),
          Map.entry("liste_der_online_cpu_s", "on_line_cpu_s_list"),
          Map.entry("liste_der_offline_cpu_s", "off_line_cpu_s_list"),
          Map.entry("thread_s_pro_kern", "thread_s_per_core"),
          Map.entry("kern_e_pro_socket", "core_s_per_socket"),
          Map.entry("kern_e_pro_sockel", "core_s_per_socket"),
          Map.entry("sockel", "socket_s"),
          Map.entry("numa_knoten", "numa_node_s"),
          Map.entry("anbieterkennung", "vendor_id"),
          Map.entry("prozessorfamilie", "cpu_family"),
          Map.entry("modell", "model"),
          Map.entry("modellname", "model_name"),
          Map.entry("maximale_taktfrequenz_der_cpu", "cpu_max_mhz"),
          Map.entry("minimale_taktfrequenz_der_cpu", "cpu_min_mhz"),
          Map.entry("skalierung_der_cpu_s", "cpu_s_scaling_mhz"),
          Map.entry("virtualisierung", "virtualization"),
          Map.entry("hypervisor_anbieter", "hypervisor_vendor"),
          Map.entry("virtualisierungstyp", "virtualization_type"),
          Map.entry("markierungen", "flags"),
          Map.entry("mode_s_op_ratoire_s_des_processeurs", "cpu_op_mode_s"),
          Map.entry("tailles_des_adresses", "address_sizes"),
          Map.entry("tailles_d_adresse", "address_sizes"),
          Map.entry("boutisme", "byte_order"),
          Map.entry("processeur_s", "cpu_s"),
          Map.entry("liste_de_processeur_s_en_ligne", "on_line_cpu_s_list"),
          Map.entry("liste_de_processeur_s_hors_ligne", "off_line_cpu_s_list"),
          Map.entry("thread_s_par_c_ur", "thread_s_per_core"),
          Map.entry("c_ur_s_par_socket", "core_s_per_socket"),
          Map.entry("n_ud_s_numa", "numa_node_s"),
          Map.entry("identifiant_constructeur", "vendor_id"),
          Map.entry("famille_de_processeur", "cpu_family"),
          Map.entry("mod_le", "model"),
          Map.entry("nom_de_mod_le", "model_name"),
          Map.entry("r_vision", "stepping"),
          Map.entry("vitesse_du_processeur_en_mhz", "cpu_mhz"),
          Map.entry("vitesse_maximale_du_processeur_en_mhz", "cpu_max_mhz"),
          Map.entry("vitesse_minimale_du_processeur_en_mhz", "cpu_min_mhz"),
          Map.entry("virtualisation", "virtualization"),
          Map.entry("constructeur_d_hyperviseur", "hypervisor_vendor"),
          Map.entry("type_de_virtualisation", "virtualization_type"),
          Map.entry("drapaux", "flags"),
          Map.entry("drapeaux", "flags"));

  private LscpuWords() {}

  static Block english(Block said) {
    Block block = new Block();
    for (String key : said.keys()) {
      String value = said.peek(key);
      if (value != null) {
        block.putRaw(english(key), value);
      }
    }
    return block;
  }

  private static String english(String key) {
    String known = ENGLISH.get(key);
    return known != null
        ? known
        : key.replaceFirst("^cache_(l[1-4][di]?)$", "$1_cache")
            .replaceFirst("^numa_knoten(\\d+)_cpu_s$", "numa_node$1_cpu_s")
            .replaceFirst("^n_ud_numa_(\\d+)_de_processeur_s$", "numa_node$1_cpu_s")
            .replaceFirst("^n_ud_numa_(\\d+)_processeur_s$", "numa_node$1_cpu_s");
  }
}

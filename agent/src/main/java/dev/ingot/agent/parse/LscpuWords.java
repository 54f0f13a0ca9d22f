package dev.ingot.agent.parse;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The heads of {@code lscpu} in other languages (the catalogues of util-linux 2.20 to 2.40), for
 * outputs that somebody else recorded; our own are made in the C locale. Heads in Latin letters are
 * compared by those that ASCII has, since the others are what a wrong encoding breaks.
 */
final class LscpuWords {
  /** Our key, and what heads with its meaning are in other languages. */
  private static final Map<String, String> HEADS =
      table(
          """
          architecture:architektura|arkitektur|architektur|arquitectura|アーキテクチャ|architectuur
          architecture:arquitetura|архитектура|mimari|архітектура|架构|架構
          cpu_op_mode_s:opera_n_re_im_y_cpu|op_tilstande_for_cpu|cpu_operationsmodus
          cpu_op_mode_s:modo_s_de_operaci_n_de_las_cpus|mode_s_op_ratoire_s_des_processeurs
          cpu_op_mode_s:cpu 操作モード|cpu_modus_sen|tryb_y_pracy_cpu|modos_de_opera_o_da_cpu
          cpu_op_mode_s:modo_s_operacional_da_cpu|cpu_op_l_ge_n|i_lemci_i_lem_kipi|режими цп
          cpu_op_mode_s:cpu 运行模式|cpu 作業模式|modes_op_ratoires_des_processeurs
          address_sizes:velikost_adresy|adressest_rrelser|adressgr_en|tama_os_de_las_direcciones
          address_sizes:tailles_des_adresses|rozmiary_adres_w|tamanhos_de_endere_os
          address_sizes:tamanhos_de_endere_o|adresstorlekar|розміри адрес|tailles_d_adresse
          byte_order:po_ad_bajt|byter_kkef_lge|byte_reihenfolge|orden_de_los_bytes|boutisme|バイト順序
          byte_order:bytevolgorde|kolejno_bajt_w|ordem_de_byte|ordem_dos_bytes|порядок байт
          byte_order:byteordning|bayt_s_ralamas|порядок байтів|字节序
          cpu_s:po_et_cpu|cpu_er|processeur_s|cpu|i_lemciler|процесори
          on_line_cpu_s_list:seznam_zapnut_ch_cpu|tilkoblet_cpu_er_liste|liste_der_online_cpu_s
          on_line_cpu_s_list:lista_de_la_s_cpu_s_en_l_nea|liste_de_processeur_s_en_ligne
          on_line_cpu_s_list:オンラインになっている cpu のリスト|online_cpu_s_lijst|lista_aktywnych_cpu
          on_line_cpu_s_list:lista_das_cpus_online|lista_de_cpu_s_on_line|lista_ver_aktiva_cpu_er
          on_line_cpu_s_list:evrimi_i_i_lemci_ler_listesi|список робочих цп|在线 cpu 列表
          off_line_cpu_s_list:seznam_vypnut_ch_cpu|frakoblet_cpu_er_liste|liste_der_offline_cpu_s
          off_line_cpu_s_list:lista_de_la_s_cpu_s_fuera_de_l_nea|liste_de_processeur_s_hors_ligne
          off_line_cpu_s_list:オフラインになっている cpu のリスト|offline_cpu_s_lijst|lista_nieaktywnych_cpu
          off_line_cpu_s_list:lista_das_cpus_offline|lista_de_cpu_s_off_line
          off_line_cpu_s_list:lista_ver_inaktiva_cpu_er|evrimi_i_i_lemci_listesi
          off_line_cpu_s_list:список вимкнених цп|离线 cpu 列表
          vendor_id:id_v_robce|leverand_r_id|anbieterkennung|id_de_fabricante
          vendor_id:identifiant_constructeur|ベンダー id|producent_id|id_producenta|id_de_fornecedor
          vendor_id:id прроизводителя|tillverkar_id|sa_lay_c_kimli_i|ідентифікатор виробника|厂商 id
          vendor_id:供應商識別號|ベンダーid
          model_name:n_zev_modelu|modelnavn|modellname|nombre_del_modelo|nom_de_mod_le|モデル名
          model_name:modelnaam|nazwa_modelu|nome_do_modelo|имя модели|modellnamn|modem_ismi
          model_name:назва моделі|型号名称
          cpu_family:rodina_cpu|cpu_familie|prozessorfamilie|familia_de_cpu|famille_de_processeur
          cpu_family:cpu ファミリー|rodzina_cpu|fam_lia_da_cpu|семейство цпу|cpu_familj|i_lemci_ailesi
          cpu_family:сімейство процесорів|cpu 系列|cpu 家族|cpuファミリー
          model:modell|modelo|mod_le|モデル|модель|型号|型號
          thread_s_per_core:vl_ken_na_j_dro|tr_de_per_kerne|thread_s_pro_kern
          thread_s_per_core:hilo_s_de_procesamiento_por_n_cleo|thread_s_par_c_ur|コアあたりのスレッド数
          thread_s_per_core:draden_per_kern|w_tk_w_na_rdze|t_picos_por_n_cleo|thread_s_per_n_cleo
          thread_s_per_core:tr_d_ar_per_k_rna|ekirdek_ba_na_i_par_ac|потоків на ядро|每个核的线程数
          thread_s_per_core:每核心執行緒數|потоков на ядро
          core_s_per_socket:jader_na_patici|kerner_per_sokkel|kern_e_pro_sockel
          core_s_per_socket:n_cleo_s_por_socket|c_ur_s_par_socket|ソケットあたりのコア数|kernen_per_voet
          core_s_per_socket:rdzeni_na_gniazdo|n_cleos_por_socket|n_cleo_s_por_soquete
          core_s_per_socket:ядер на сокет|k_rn_or_per_uttag|soket_ba_na_ekirdek|每个座的核数|每通訊端核心數
          core_s_per_socket:kern_e_pro_socket
          socket_s:patic|sokler|sockel|ソケット数|cpu_voeten|gniazd|sockets|soquete_s|сокетов|uttag
          socket_s:soket_ler|сокети|座
          stepping:modelserie|revisi_n|r_vision|ステッピング|wersja|passos|step|степпинг|stegning
          stepping:ad_mlama|модифікація|步进|製程
          cpu_max_mhz:cpu_maks_mhz|maximale_taktfrequenz_der_cpu|cpu_mhz_m_x
          cpu_max_mhz:vitesse_maximale_du_processeur_en_mhz|cpu 最大 mhz|max_cpu_frequentie_mhz
          cpu_max_mhz:cpu_mhz_m_ximos|i_lemci_en_y_ksek_mhz|макс. частота процесора у мгц
          cpu_min_mhz:minimale_taktfrequenz_der_cpu|cpu_mhz_m_n
          cpu_min_mhz:vitesse_minimale_du_processeur_en_mhz|cpu 最小 mhz|min_cpu_frequentie_mhz
          cpu_min_mhz:cpu_mhz_m_nimos|i_lemci_asgari_mhz|мін. частота процесора у мгц
          cpu_s_scaling_mhz:cpu_relativn_mhz|skalierung_der_cpu_s
          cpu_s_scaling_mhz:multiplication_des_mhz_du_des_cpu_s|skalowanie_mhz_cpu
          cpu_s_scaling_mhz:масштабування процесорів, мгц|cpu_s_factor_de_escala_mhz
          cpu_s_scaling_mhz:cpu_s_mhz_de_escala
          flags:p_znaky|flag|markierungen|indicadores|drapeaux|フラグ|vlaggen|flagi|bandeiras|op_es
          flags:флаги|flaggor|bayraklar|прапорці|标记|drapaux
          virtualization:virtualizace|virtualisation|virtualisierung|virtualizaci_n|仮想化
          virtualization:virtualisatie|wirtualizacja|virtualiza_o|виртуализация|virtualisering
          virtualization:sanalla_t_rma|віртуалізація|虚拟化|虛擬
          hypervisor:hypervizor|hipervisor|hyperviseur|ハイパーバイザ|hipernadzorca|гипервизор|hyperviz_r
          hypervisor:гіпервізор|超管理器
          hypervisor_vendor:v_robce_hypervizoru|hypervisorleverand_r|hypervisor_anbieter
          hypervisor_vendor:fabricante_del_hipervisor|constructeur_d_hyperviseur|ハイパーバイザのベンダー
          hypervisor_vendor:hypervisorproducent|producent_hipernadzorcy|fornecedor_do_hipervisor
          hypervisor_vendor:fabricante_do_hipervisor|разработчик гипервизора|hypervisortillverkare
          hypervisor_vendor:hyperviz_r_sa_lay_c|виробник гіпервізора|超管理器厂商|hypervisor 供應商
          virtualization_type:druh_virtualizace|virtualisationstype|virtualisierungstyp
          virtualization_type:tipo_de_virtualizaci_n|type_de_virtualisation|仮想化タイプ
          virtualization_type:virtualisatiesoort|typ_wirtualizacji|tipo_de_virtualiza_o
          virtualization_type:тип виртуализации|virtualiseringstyp|sanalla_t_rma_tipi
          virtualization_type:тип віртуалізації|虚拟化类型|虛擬型態
          cpu_mhz:cpu мгц|vitesse_du_processeur_en_mhz
          """);

  /** What stands behind the type of virtualization. */
  private static final Map<String, String> TYPES =
      table(
          """
          full:pln|fuld|voll|lleno|complet|完全仮想化|compleet|pe_na|cheio|completo|полный|tam|повна
          full:完全|全部
          para:paravirtualizace|neben|準仮想化|semi|пара|半|部分
          none:dn|ingen|kein|ninguno|rien|なし|geen|brak|nada|nenhum|нет|hi_biri|немає|无|無
          container:kontejnerov|container|contenedor|conteneur|コンテナ|kontener|contentor|recipiente
          container:контейнер|beh_llare|kapsay_c|容器
          """);

  private static final Pattern CACHE =
      Pattern.compile("(?:cache?_(?:de_)?)?(l[1-4][di]?)(?:_[a-z_]+)?");

  private static final Pattern NODE = Pattern.compile("(?<![a-z])numa(?![a-z])");

  private static final Set<String> YES =
      Set.of("ano", "da", "evet", "igen", "ja", "jah", "oui", "s", "si", "sim", "tak", "да", "是");

  private LscpuWords() {}

  private static Map<String, String> table(String text) {
    Map<String, String> words = new HashMap<>();
    for (String line : text.strip().split("\n", -1)) {
      int colon = line.indexOf(':');
      for (String word : line.substring(colon + 1).strip().split("\\|", -1)) {
        words.put(word, line.substring(0, colon).strip());
      }
    }
    return words;
  }

  /** The key of a head, in any of the languages; null if it says nothing that we know. */
  static @Nullable String key(String head) {
    String word = word(head);
    String known = HEADS.get(word);
    String ascii = Text.snake(head);
    if (known != null) {
      return known;
    }
    if (NODE.matcher(word.replace('_', ' ')).find() && !ascii.equals("numa_node_s")) {
      return node(word, ascii);
    }
    Matcher cache = CACHE.matcher(ascii);
    if (cache.matches()) {
      return cache.group(1) + "_cache";
    }
    return isLatin(head) && !ascii.isEmpty() ? ascii : null;
  }

  /** Whether that is a head: some catalogues forgot the colon behind it. */
  static boolean isHead(String text) {
    String word = word(text);
    return HEADS.containsKey(word) || HEADS.containsValue(word);
  }

  /** Whether a processor is online, says the column of the table. */
  static boolean isYes(@Nullable String said) {
    return Boolean.TRUE.equals(Text.flag(said)) || (said != null && YES.contains(word(said)));
  }

  /** The kind of virtualization in English. */
  static @Nullable String type(@Nullable String said) {
    return said == null ? null : TYPES.getOrDefault(word(said), said);
  }

  /** Languages say it in any order; a node has a number, and how many there are has none. */
  private static @Nullable String node(String word, String ascii) {
    Long number = Text.number(word);
    if (number != null) {
      return "numa_node" + number + "_cpu_s";
    }
    return ascii.equals("numa") && word.equals("numa") ? ascii : "numa_node_s";
  }

  private static String word(String head) {
    return isLatin(head)
        ? Text.snake(head)
        : head.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s\u00a0]+", " ");
  }

  private static boolean isLatin(String text) {
    return text.chars().allMatch(c -> c < 0x250 || (c >= 0x1e00 && c < 0x2100) || c == 0xfffd);
  }
}

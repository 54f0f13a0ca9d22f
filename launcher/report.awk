# Counts the test cases in JUnit XML reports, names those that failed or were skipped, and fails if any failed or none ran.

function attribute(line, name,    start, rest) {
  start = index(line, " " name "=\"")
  if (start == 0) return ""
  rest = substr(line, start + length(name) + 3)
  rest = substr(rest, 1, index(rest, "\"") - 1)
  gsub(/&#10;|&#xa;|&#13;/, " ", rest)
  gsub(/&quot;/, "\"", rest); gsub(/&lt;/, "<", rest); gsub(/&gt;/, ">", rest); gsub(/&apos;/, "'", rest); gsub(/&amp;/, "\\&", rest)
  return rest
}

function close_case() {
  if (!open) return
  open = 0
  if (outcome == "failed") { failed++; print "FAILED  " test }
  else if (outcome == "skipped") { skipped++; skips[skipped] = "skipped " test (reason == "" ? ": no reason given" : ": " reason) }
  else passed++
}

FNR == 1 { close_case(); quiet = 0 }
# What tests print comes inside CDATA and may look like anything.
quiet { if (index($0, "]]>")) quiet = 0; next }
/<testcase / {
  close_case()
  open = 1; outcome = "passed"; reason = ""
  test = attribute($0, "classname") "." attribute($0, "name")
  sub(/^dev\.ingot\./, "", test)
  if ($0 ~ /\/>[ \t]*$/) { close_case(); next }
}
open && /<(failure|error)[ >]/ { outcome = "failed" }
open && /<skipped/ {
  outcome = "skipped"
  reason = attribute($0, "message")
  if (reason == "" && (start = index($0, "<![CDATA["))) reason = substr($0, start + 9) # an assumption's is in the text
  sub(/\]\]>.*/, "", reason)
  sub(/^[A-Za-z0-9_.$]*TestAbortedException: /, "", reason)
  sub(/^Assumption failed: /, "", reason)
}
/<!\[CDATA\[/ { if (!index($0, "]]>")) quiet = 1 }
/<\/testcase>/ { close_case() }

END {
  close_case()
  for (i = 1; i <= skipped; i++) print skips[i]
  printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  exit failed > 0 || passed == 0
}

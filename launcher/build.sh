# shellcheck shell=bash
# Builds the jars from a private copy of the sources, so that neither a Maven run by hand nor an editor is disturbed.
# Sourced by ../ingot, whose variables it uses (top, state, java_home, listing); sets dist.
# shellcheck disable=SC2154
source "$top/launcher/maven.sh"
source "$top/launcher/stage.sh"

build() {
  find_maven
  mkdir -p -- "$state" 2>/dev/null || die "cannot make the folder $state for the build: make it writable, or set XDG_CACHE_HOME to a folder that is."
  exec 8>"$state/build.lock"
  if ! flock -n 8; then
    say "another build of this checkout is running; waiting for it"
    flock 8
  fi
  list_sources
  if ! find_dist "$state"; then
    local mask
    mask=$(umask)
    umask 022 # other users of this checkout may run what we built
    copy_sources "$state/build"
    run_maven_build "$state/build"
    stage "$state/build"
    remove_unused
    umask "$mask"
  fi
  exec 8>&-
}

# Brings the copy in folder $1 up to date. What changed gets the time of copying, since Maven compiles what is newer than its classes.
copy_sources() {
  local copy=$1 old=$state/build.list new=$state/build.list.new
  mkdir -p -- "$copy"
  [[ -e $old && -e $copy/pom.xml ]] || : >"$old"
  printf '%s\n' "$listing" | tail -n +2 >"$new"
  LC_ALL=C comm -13 "$old" "$new" | cut -f1 >"$state/changed"
  LC_ALL=C comm -23 <(cut -f1 "$old") <(cut -f1 "$new") >"$state/gone"
  # A deleted file or another pom leaves things in target/ that no incremental build takes away.
  if [[ -s $state/gone ]] || grep -q 'pom.xml$' "$state/changed"; then
    rm -rf -- "$copy"/*/target
  fi
  (cd -- "$copy" && xargs -r -d '\n' rm -f -- <"$state/gone")
  tar -C "$top" -cf - -T "$state/changed" | tar -C "$copy" -xmf -
  mv -- "$new" "$old"
}

run_maven_build() {
  local copy=$1 log=$state/build.log began=$SECONDS
  local arguments=(-f "$copy/pom.xml" -Dquick -Dlaunch -pl app -am package)
  local missing='has not been downloaded from it before|in offline mode|Could not (resolve|find) |could not be resolved'
  if ! maven "building" "$log" -o "${arguments[@]}"; then
    if ! grep -qE "$missing" "$log"; then
      build_failed "$log"
    fi
    maven "building" "$log" -U "${arguments[@]}" || build_failed "$log"
  fi
  say "built in $((SECONDS - began)) s"
}

build_failed() {
  local line errors
  errors=$(maven_errors "$1" | head -n 12)
  [[ -n $errors ]] || errors=$(tail -n 5 "$1")
  say "the build failed:"
  while IFS= read -r line; do
    printf '  %s\n' "${line//"$state/build"/"$top"}" >&2
  done <<<"$errors"
  die "the whole log is $1"
}

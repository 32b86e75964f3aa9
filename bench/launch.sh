# What the scripts of this folder have in common; they source it after setting `name`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

fail() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 1
}

# The comment that the script begins with, which is its manual.
for argument in "$@"; do
  case $argument in
  -h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[1]}"
    exit 0
    ;;
  esac
done

java_home=$("$root/tutti" --java-home) || exit 1

# build DIRECTORY OPTION...: compiles engine, nn, ensembles and bench into their target folders (the
# latter's is DIRECTORY) when a source is newer than the start of the last such build.
build() {
  local target=$root/$1 log=$root/$1/build.log
  shift
  if [ -f "$target/build-start" ] && [ -z "$(find "$root/pom.xml" \
    "$root"/{engine,nn,ensembles,bench}/{pom.xml,src} -path '*/src/test' -prune -o \
    -newer "$target/build-start" -print | head -n 1)" ]; then
    return
  fi
  command -v mvn >/dev/null || fail "mvn is not on the PATH; install Maven 3.8.1 or newer."
  echo "$name: building ..." >&2
  mkdir -p "$target"
  touch "$target/build-start.part"
  if ! (cd "$root" && JAVA_HOME=$java_home \
    mvn -B -Dmaven.test.skip=true -DskipErrorProne "$@" -pl bench -am process-classes) \
    >"$log" 2>&1; then
    grep '^\[ERROR\] *[^ ]' "$log" | grep -v -e '-> \[Help' | head -n 6 >&2 || true
    fail "the build failed; $log shows it in full."
  fi
  mv "$target/build-start.part" "$target/build-start"
}

# The engine and what stands on it, as classes.
tutti_classes=$root/engine/target/classes:$root/nn/target/classes:$root/ensembles/target/classes

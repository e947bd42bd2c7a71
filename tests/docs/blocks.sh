# shellcheck shell=bash
# The commands in a page: a block of them stands below the line `<!-- run -->`, and each `<!-- says: TEXT -->` below it
# names a text that its output must have.

# Writes NUMBER.run and NUMBER.says, a line of text each, for each block of PAGE.
extract_blocks() { # PAGE DIRECTORY
  awk -v out="$2" '
    /^<!-- run -->$/ { number++; file = out "/" number ".run"; waiting = 1; next }
    /^<!-- says: .* -->$/ { gsub(/^<!-- says: | -->$/, ""); print > (out "/" number ".says"); next }
    waiting && /^    / { print substr($0, 5) > file; inside = 1; next }
    inside && /^$/ { print "" > file; next }
    inside { waiting = inside = 0 }' "$1"
}

# Every mark of PAGE has a block below it, and there is one at least.
all_blocks_found() { # PAGE DIRECTORY
  local found
  found=$(find "$2" -name '*.run' | wc -l)
  ((found > 0)) && [[ $(grep -c '^<!-- run -->$' "$1") == "$found" ]]
}

# The first text that block NUMBER should have said, and that is not in SAID; fails when there is none.
missing_text() { # DIRECTORY NUMBER SAID
  local text
  [[ -e $1/$2.says ]] || return 1
  while IFS= read -r text; do
    if [[ $3 != *"$text"* ]]; then
      echo "$text"
      return 0
    fi
  done <"$1/$2.says"
  return 1
}

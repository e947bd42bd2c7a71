# From what ctest prints: the tests that were started again after a failure, and those that were skipped, one a line.
# A log may hold several runs of ctest. `stage` names where they belong.
/^Test project / {
  split("", starts)
  skipping = 0
}

match($0, /^ +Start +[0-9]+: /) {
  if (++starts[$0] == 2) print "second try: " stage ": " substr($0, RLENGTH + 1)
}

/^The following tests / { skipping = /did not run:$/ }

skipping && match($0, /^\t *[0-9]+ - /) { print "skipped: " stage ": " substr($0, RLENGTH + 1) }

# libunicorn has functions of the same names as ours (cpu_reset): ours stay out of its sight.
pkg_check_modules(UNICORN IMPORTED_TARGET unicorn)
if(UNICORN_FOUND)
    glass386_oracle(unicorn SOURCES unicorn.c streams.c stream.c flag_use.c comparison.c known.c case.c ours.c theirs.c USES PkgConfig::UNICORN)
    target_link_options(oracle_unicorn PRIVATE -Wl,--exclude-libs,ALL)
else()
    glass386_oracle_missing(unicorn libunicorn)
endif()

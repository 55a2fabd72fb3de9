# Only where the host is an x86-64.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
    glass386_oracle(host SOURCES host.c native.c case.c ours.c)
else()
    glass386_oracle_missing(host "an x86-64 processor")
endif()

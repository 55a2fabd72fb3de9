# Guest code (bios/, guest-kernel/, tests/guest/) is freestanding 32-bit or 16-bit x86. It is compiled
# by explicit commands, never with the host's flags or build type, so that the same source gives the
# same bits in every preset.
#
#   guest_object(OUT source [C16] [FLAGS ...])      one source (.c or .S) -> one object; OUT = its path
#   guest_objects(OUT [C16] [FLAGS ...] SOURCES ...) several at once; OUT = list of paths
#   guest_link(NAME SCRIPT script OBJECTS ... [BINARY])  NAME.elf, and NAME.bin (raw) with BINARY
#   ${GUEST_OBJCOPY} ${GUEST_LD} ${GUEST_NM}        the tools

include(CheckCSourceCompiles)

function(_guest_find_compiler)
    if(GUEST_CC)
        return()
    endif()
    set(probe ${CMAKE_BINARY_DIR}/guest-probe.c)
    file(WRITE ${probe} "int probe(void) { return 386; }\n")
    foreach(candidate "i686-linux-gnu-gcc" "gcc;-m32" "clang;-m32;--target=i386-unknown-linux-gnu")
        list(GET candidate 0 program)
        find_program(GUEST_PROGRAM_${program} ${program})
        if(GUEST_PROGRAM_${program})
            set(command ${GUEST_PROGRAM_${program}} ${candidate})
            list(REMOVE_AT command 1)
            execute_process(COMMAND ${command} -m32 -march=i386 -ffreestanding -c ${probe}
                                    -o ${CMAKE_BINARY_DIR}/guest-probe.o
                            RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
            if(NOT failed)
                set(GUEST_CC "${command}" CACHE STRING "Compiler for 32-bit guest code, with its flags")
                return()
            endif()
        endif()
    endforeach()
    message(FATAL_ERROR "No compiler for 32-bit x86 guest code was found. Install gcc (x86 hosts) or "
                        "gcc-i686-linux-gnu, or set -DGUEST_CC='compiler;flags'.")
endfunction()

_guest_find_compiler()
foreach(tool ld objcopy nm ar)
    string(TOUPPER ${tool} upper)
    find_program(GUEST_${upper} NAMES i686-linux-gnu-${tool} ${tool} ld.lld REQUIRED)
endforeach()

set(GUEST_COMMON_FLAGS
    -m32 -march=i386 -std=gnu11 -ffreestanding -fno-pic -fno-pie -fno-stack-protector
    -fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing -fno-builtin -fno-common -mno-sse -mno-mmx
    -nostdinc -Os -Wall -Wextra -Werror
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." -frandom-seed=glass386 -Wa,--noexecstack)

function(guest_object out source)
    cmake_parse_arguments(arg "C16" "" "FLAGS" ${ARGN})
    get_filename_component(absolute ${source} ABSOLUTE)
    file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR} ${absolute})
    if(relative MATCHES "^\\.\\.") # generated in the build tree
        file(RELATIVE_PATH relative ${CMAKE_BINARY_DIR} ${absolute})
    endif()
    set(object ${CMAKE_BINARY_DIR}/guest/${relative}.o)
    get_filename_component(folder ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    set(width)
    if(arg_C16)
        set(width -m16)
    endif()
    add_custom_command(
        OUTPUT ${object}
        COMMAND ${GUEST_CC} ${GUEST_COMMON_FLAGS} ${width} ${arg_FLAGS} -MMD -MT ${object} -MF ${object}.d
                -c ${absolute} -o ${object}
        DEPENDS ${absolute}
        DEPFILE ${object}.d
        COMMENT "guest ${relative}"
        VERBATIM)
    set(${out} ${object} PARENT_SCOPE)
endfunction()

function(guest_objects out)
    cmake_parse_arguments(arg "C16" "" "FLAGS;SOURCES" ${ARGN})
    set(width)
    if(arg_C16)
        set(width C16)
    endif()
    set(objects)
    foreach(source ${arg_SOURCES})
        guest_object(object ${source} ${width} FLAGS ${arg_FLAGS})
        list(APPEND objects ${object})
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# Links into ${CMAKE_CURRENT_BINARY_DIR}/NAME.elf (and NAME.bin with BINARY). DEPENDS on the files themselves.
function(guest_link name)
    cmake_parse_arguments(arg "BINARY" "SCRIPT" "OBJECTS;FLAGS" ${ARGN})
    get_filename_component(script ${arg_SCRIPT} ABSOLUTE)
    set(elf ${CMAKE_CURRENT_BINARY_DIR}/${name}.elf)
    add_custom_command(
        OUTPUT ${elf}
        COMMAND ${GUEST_LD} -m elf_i386 -nostdlib -z noexecstack --build-id=none -T ${script} ${arg_FLAGS}
                -o ${elf} ${arg_OBJECTS}
        DEPENDS ${arg_OBJECTS} ${script}
        COMMENT "guest ${name}.elf"
        VERBATIM)
    if(arg_BINARY)
        set(binary ${CMAKE_CURRENT_BINARY_DIR}/${name}.bin)
        add_custom_command(
            OUTPUT ${binary}
            COMMAND ${GUEST_OBJCOPY} -O binary ${elf} ${binary}
            DEPENDS ${elf}
            VERBATIM)
    endif()
endfunction()

# glass386_embed(LIBRARY DEPENDS target... FILES symbol path ...): a static library whose objects hold
# the bytes of the files between the symbols NAME and NAME_end, in read-only data. The files may be
# made by the build; name their targets after DEPENDS.
enable_language(ASM)

function(glass386_embed library)
    cmake_parse_arguments(arg "" "" "DEPENDS;FILES" ${ARGN})
    set(sources)
    while(arg_FILES)
        list(POP_FRONT arg_FILES symbol path)
        set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.S)
        file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
    .section .rodata
    .balign 16
    .globl @symbol@
    .globl @symbol@_end
@symbol@:
    .incbin "@path@"
@symbol@_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
]])
        set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${path})
        list(APPEND sources ${source})
    endwhile()
    add_library(${library} STATIC ${sources})
    set_target_properties(${library} PROPERTIES LINKER_LANGUAGE C)
    target_include_directories(${library} INTERFACE ${CMAKE_SOURCE_DIR})
    if(arg_DEPENDS)
        add_dependencies(${library} ${arg_DEPENDS})
    endif()
endfunction()

        .section .text.start, "ax"
        .globl  _start
_start:
        call    kernel_main
        cli
        hlt

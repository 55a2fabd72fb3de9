/*
 * A Multiboot kernel that looks at what it was given and leaves through the exit port: 0 when all is
 * as the specification says, else the number of the first check that failed. FLAT: by the header's
 * addresses instead of ELF. Its command line must end in " one two", its module hold "module text"
 * with the words "three four".
 */
    .set MAGIC, 0x1badb002
#ifdef FLAT
    .set FLAGS, 0x10003
#else
    .set FLAGS, 0x3
#endif
    .set EXIT_PORT, 0xf4

    .macro CHECK number, condition
    movl $\number, %ebp
    j\condition failed
    .endm

    .text
    .globl start, begin
start:
    jmp begin
    .balign 4
header:
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)
    .long header, start, data_end, bss_end, begin

begin:
    cmpl $0x2badb002, %eax
    CHECK 1, ne
    movl $stack_end, %esp
    pushl %ebx
    movl %cr0, %eax
    andl $0x80000001, %eax
    cmpl $1, %eax
    CHECK 2, ne
    /* The segment registers hold flat segments and may be loaded again. */
    movl $0x12345678, bss_word + 0x1000
    cmpl $0, bss_word
    CHECK 3, ne
    movl (%ebx), %eax
    andl $0x124d, %eax /* memory, command line, modules, map, name, framebuffer; no BIOS disk */
    cmpl $0x124d, %eax
    CHECK 4, ne
    cmpl $639, 4(%ebx)
    CHECK 5, ne
    cmpl $(7 * 1024), 8(%ebx) /* -m 8 */
    CHECK 6, ne
    /* Open A20: 1 MB apart are two words. */
    movl $1, 0x7000
    movl $2, 0x107000 + 0x80000
    cmpl $1, 0x7000
    CHECK 7, ne
    movl 16(%ebx), %esi
    call to_end
    leal -8(%esi), %esi
    movl $words, %edi
    movl $9, %ecx
    repe cmpsb
    CHECK 8, ne
    cmpl $1, 20(%ebx)
    CHECK 9, ne
    movl 24(%ebx), %edx
    testl $0xfff, (%edx)
    CHECK 10, ne
    movl 4(%edx), %eax
    subl (%edx), %eax
    cmpl $11, %eax
    CHECK 11, ne
    movl (%edx), %esi
    movl $text, %edi
    movl $11, %ecx
    repe cmpsb
    CHECK 12, ne
    movl 8(%edx), %esi
    call to_end
    leal -10(%esi), %esi
    movl $module_words, %edi
    movl $11, %ecx
    repe cmpsb
    CHECK 13, ne
    /* The map has usable memory at 1 MB. */
    movl 48(%ebx), %esi
    movl 44(%ebx), %ecx
    addl %esi, %ecx
1:  cmpl %ecx, %esi
    CHECK 14, ae
    cmpl $0x100000, 4(%esi)
    je 2f
    addl (%esi), %esi
    addl $4, %esi
    jmp 1b
2:  cmpl $(7 * 1024 * 1024), 12(%esi)
    CHECK 15, ne
    cmpl $1, 20(%esi)
    CHECK 16, ne
#ifndef FLAT
    testl $0x20, (%ebx)
    CHECK 17, z
    cmpl $40, 32(%ebx)
    CHECK 18, ne
#endif
    cmpl $0xb8000, 88(%ebx)
    CHECK 19, ne
    xorl %ebp, %ebp
failed:
    movl %ebp, %eax
    outb %al, $EXIT_PORT
1:  hlt
    jmp 1b

/* ESI = the zero at the end of the text at ESI. */
to_end:
    cmpb $0, (%esi)
    je 1f
    incl %esi
    jmp to_end
1:  ret

words:
    .asciz " one two"
text:
    .ascii "module text"
module_words:
    .asciz "three four"
    .balign 4
data_end:
    .bss
bss_word:
    .skip 0x2000
    .skip 4096
stack_end:
bss_end:

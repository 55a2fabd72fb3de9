/* APM through its 32-bit entry: asks for the version in protected mode, then switches off. */
#include "start.inc"

main:
    movw $0x5303, %ax
    xorw %bx, %bx
    int $0x15
    movw $failed, %si
    jc stop
    movl %ebx, entry
    movzwl %ax, %eax /* the code segment's base */
    shll $4, %eax
    movw %ax, code32 + 2
    shrl $16, %eax
    movb %al, code32 + 4
    cli
    lgdtl gdtr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpw $0x10, $protected

stop:
    call print
1:  hlt
    jmp 1b

    .code32
protected:
    movw $0x18, %ax
    movw %ax, %ds
    movw %ax, %ss
    movl $0x7c00, %esp
    movl $0x530e, %eax
    xorl %ebx, %ebx
    movl $0x0102, %ecx
    lcall *entry
    jc 1f
    cmpw $0x0102, %ax
    jne 1f
    movl $0x530b, %eax /* no event: carry and 80h */
    lcall *entry
    jnc 1f
    cmpb $0x80, %ah
    jne 1f
    movl $0x5307, %eax
    movl $1, %ebx
    movl $3, %ecx
    lcall *entry
1:  hlt
    jmp 1b
    .code16

entry:
    .long 0
    .word 0x08
    .balign 8
gdt:
    .quad 0
code32:
    .quad 0x00409b000000ffff /* 08h: the BIOS, 32 bits */
    .quad 0x00cf9b000000ffff /* 10h: ours */
    .quad 0x00cf93000000ffff /* 18h */
gdtr:
    .word 4 * 8 - 1
    .long gdt
failed:
    .asciz "no APM"

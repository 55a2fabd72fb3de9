/* What all exceptions share, and the ways into other modes. */
    .code32
/* A vector without error code pushes a zero in its place (PRM 9.7). */
    .text
    .set vector, 0
    .balign 16
    .globl exception_stubs
exception_stubs:
    .rept 0x82
    .balign 16
    .if vector != 8 && vector != 17 && (vector < 10 || vector > 14)
    pushl $0
    .endif
    pushl $vector
    jmp exception_common
    .set vector, vector + 1
    .endr

/* struct frame is complete; exception() says whether the fragment goes on. */
exception_common:
    pushal
    pushl %ds
    pushl %es
    pushl %fs
    pushl %gs
    movl $0x10, %eax
    movw %ax, %ds
    movw %ax, %es
    cld
    pushl %esp
    call exception
    addl $4, %esp
    testl %eax, %eax
    jz leave
frame_return:
    popl %gs
    popl %fs
    popl %es
    popl %ds
    popal
    addl $8, %esp
    iret
leave:
    movl $0x10, %eax
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl resume, %esp
    popal
    ret

/* void enter(struct frame *frame): runs what the frame tells, until exception() says it is over. */
    .globl enter
enter:
    pushal
    movl %esp, resume
    movl 36(%esp), %esp
    jmp frame_return

/* Another task has taken the exception: the main task is told to go on behind `enter`. */
    .globl leave_task
leave_task:
    cli
    clts
    pushl $2
    popfl
    jmp leave

    .data
    .balign 4
resume:
    .long 0

/* ---- Real mode ---- */

/* void enter_real(u16 offset): code at 1000h:offset with real_in; real_out when an exception came. */
    .text
    .globl enter_real
enter_real:
    pushal
    movl %esp, resume
    movl 36(%esp), %ecx
    lidt real_idt
    movw real_segments, %bx
    ljmp $0x48, $leave_protected - 0x10000

    .section .real, "ax"
    .code16
leave_protected:
    movw %bx, %ds
    movw %bx, %es
    movw %bx, %fs
    movw %bx, %gs
    movw %bx, %ss
    movl %cr0, %eax
    andl $~1, %eax
    movl %eax, %cr0
    ljmp $0x1000, $in_real_mode_offset
    .globl in_real_mode
in_real_mode:
    movw %cs, %ax
    movw %ax, %ds
    movl $real_in - 0x10000, %esi
    movw 32(%si), %ss
    movzwl 34(%si), %esp
    pushw 42(%si)
    pushw %cs
    pushw %cx
    movw 30(%si), %es
    movl (%si), %eax
    movl 4(%si), %ecx
    movl 8(%si), %edx
    movl 12(%si), %ebx
    movl 16(%si), %ebp
    movl 24(%si), %edi
    pushl 20(%si)
    movw 28(%si), %ds
    popl %esi
    iretw

    .set vector, 0
    .balign 16
    .globl real_stubs
real_stubs:
    .rept 0x82
    .balign 8
    pushw $vector
    jmp real_common
    .set vector, vector + 1
    .endr
#define OUT(offset) %cs:real_out_offset + offset
real_common:
    movl %eax, OUT(0)
    movl %ecx, OUT(4)
    movl %edx, OUT(8)
    movl %ebx, OUT(12)
    movl %ebp, OUT(16)
    movl %esi, OUT(20)
    movl %edi, OUT(24)
    movw %ds, OUT(28)
    movw %es, OUT(30)
    movw %ss, OUT(32)
    popw OUT(36)
    popw OUT(38)
    popw OUT(40)
    popw OUT(42)
    movw %sp, OUT(34)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $0x08, $enter_protected

    .code32
    .text
enter_protected:
    movl $0x10, %eax
    movw %ax, %ds
    movw %ax, %es
    cld
    jmp leave

    .data
    .balign 4
    .word 0
real_idt:
    .globl real_idt_limit
real_idt_limit:
    .word 0x3ff
    .long 0
    .globl real_in, real_out, real_segments
    .balign 4
real_in:
    .fill 44, 1, 0
real_out:
    .fill 44, 1, 0
real_segments:
    .word 0x50

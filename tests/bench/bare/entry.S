/* The descriptor tables, and what C cannot say. */
    .section .parameters, "a"
    .globl parameters
parameters: /* written by the runner: "NAME COUNT\n" */
    .ascii "nothing 1\n"
    .fill 502, 1, 0

/* void load_tables(void): the program's own GDT, whose first descriptors are those of the boot sector, and
   its IDT. */
    .code32
    .text
    .globl load_tables
load_tables:
    lgdt gdt_pointer
    lidt idt_pointer
    ret

    .section .data
    .balign 8
    .globl gdt
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff /* 08 code */
    .quad 0x00cf92000000ffff /* 10 data */
    .quad 0x00cffa000000ffff /* 18 code, ring 3 */
    .quad 0x00cff2000000ffff /* 20 data, ring 3 */
    .quad 0                  /* 28, 30 task states, filled by system_init */
    .quad 0
    .quad 0
    .quad 0x00009a010000ffff /* 40 16-bit code at 10000h */
    .quad 0x000092010000ffff /* 48 16-bit data at 10000h */
    .quad 0x00cf92000000ffff /* 50 data again */
    .quad 0x00cf9a000000ffff /* 58 code again */
    .set gdt_limit, . - gdt - 1
    .globl idt
    .balign 8
idt:
    .fill 0x82, 8, 0
idt_end:
idt_pointer:
    .word idt_end - idt - 1
    .long idt
gdt_pointer:
    .word gdt_limit
    .long gdt

/* Exceptions: a vector without error code pushes a zero in its place (PRM 9.7). */
    .text
    .set vector, 0
exceptions:
    .rept 32
    .balign 16
    .if vector != 8 && (vector < 10 || vector > 14)
    pushl $0
    .endif
    pushl $vector
    jmp exception_common
    .set vector, vector + 1
    .endr
exception_common:
    pushal
    pushl %esp
    call exception
    addl $4, %esp
    popal
    addl $8, %esp
    iret
    .section .rodata
    .globl exception_stubs
exception_stubs:
    .long exceptions

/* int 80h in the manner of a Unix kernel: eax = number, ebx = argument. */
    .text
    .globl system_call
system_call:
    pushl %ds
    pushl %es
    pushl %fs
    pushl %edx
    pushl %ecx
    pushl %ebx
    movl $0x10, %edx
    movw %dx, %ds
    movw %dx, %es
    movl $0x23, %edx
    movw %dx, %fs
    call *system_call_table(, %eax, 4)
    popl %ebx
    popl %ecx
    popl %edx
    popl %fs
    popl %es
    popl %ds
    iret

/* u32 user_run(function, argument): int 81h with the result in ebx leads back here. */
    .globl user_run
user_run:
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl 20(%esp), %ecx
    movl 24(%esp), %edx
    movl %esp, resume
    movl $0x23, %eax
    movw %ax, %ds
    movw %ax, %es
    pushl %eax
    pushl $user_stack_end
    pushl $2 /* EFLAGS: interrupts stay off */
    pushl $0x1b
    pushl $1f
    iret
1:  pushl %edx /* ring 3 from here */
    call *%ecx
    movl %eax, %ebx
    int $0x81
    .globl user_end
user_end:
    movl $0x10, %eax
    movw %ax, %ds
    movw %ax, %es
    movl %ebx, %eax
    movl resume, %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

/* void stack_switch(u32 *from, u32 to) */
    .globl stack_switch
stack_switch:
    movl 4(%esp), %eax
    movl 8(%esp), %edx
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl %esp, (%eax)
    movl %edx, %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

/* u32 far_calls(count): loads of es, fs, gs and ds, a pointer by les, a far call and return. */
    .globl far_calls
far_calls:
    pushl %ebx
    pushl %edi
    movl 12(%esp), %ecx
    xorl %eax, %eax
    movl $0x10, %edx
1:  movw %dx, %es
    movw %dx, %fs
    movw %dx, %gs
    pushl %ds
    xorl $0x40, %edx
    movw %dx, %ds
    popl %ds
    les far_pointer, %edi
    lcall *far_entry
    decl %ecx
    jnz 1b
    movw $0x10, %dx
    movw %dx, %es
    movw %dx, %fs
    movw %dx, %gs
    popl %edi
    popl %ebx
    ret
far_procedure:
    movw %gs, %bx
    addl %edx, %eax
    roll $3, %eax
    addw %bx, %ax
    lret
    .section .data
far_pointer:
    .long 0x1234
    .word 0x50
    .balign 4
far_entry:
    .long far_procedure
    .word 0x58

/* Self-modifying code. Each turn writes a new immediate operand, jumps (which ends prefetching, as
   the 386 and 486 ask for) and runs it. */
    .text
    .balign 4096
    .globl modify_near
modify_near:
    movl 4(%esp), %ecx
    xorl %eax, %eax
1:  movl %ecx, 2f + 1
    jmp 2f
2:  .byte 0x05 /* addl $0, %eax, in the form with four bytes */
    .long 0
    roll $1, %eax
    decl %ecx
    jnz 1b
    ret
    .globl modify_far
modify_far:
    movl 4(%esp), %ecx
    xorl %eax, %eax
1:  movl %ecx, modified + 1
    call modified
    roll $1, %eax
    decl %ecx
    jnz 1b
    ret
    .section .page, "awx"
    .balign 4096
modified:
    .byte 0x05
    .long 0
    ret
    .balign 4096

/* u32 real_mode_work(void): to real mode, the work, and back. */
    .text
    .globl real_mode_work
real_mode_work:
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl %esp, resume
    ljmp $0x40, $leave_protected - 0x10000
back:
    movw $0x10, %cx
    movw %cx, %ds
    movw %cx, %es
    movw %cx, %fs
    movw %cx, %gs
    movw %cx, %ss
    movl resume, %esp
    movzwl %ax, %eax
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

    .code16
    .section .real, "ax"
leave_protected:
    movw $0x48, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl %cr0, %eax
    andl $~1, %eax
    movl %eax, %cr0
    ljmp $0x1000, $real_mode_offset
    .globl real_mode
real_mode:
    movw $0x5000, %ax /* data and stack */
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0xfffe, %sp
    call work16
    cli
    movl %cr0, %ecx
    orl $1, %ecx
    movl %ecx, %cr0
    ljmpl $0x08, $back

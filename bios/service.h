/* How an interrupt reaches its C handler, for both ROMs. Assembler only. */
/*
 * Entries push their C handler and meet here. The saved registers are struct registers of bios.h.
 * The handler runs on the caller's stack with SS = DS = ES, FS = 0, GS = this ROM; the high half of
 * ESP is cleared meanwhile, since compiled code addresses the stack through the whole of it.
 */
    .macro SAVE
    pushw %ds
    pushw %es
    pushw %fs
    pushw %gs
    pushal
    movl %esp, %ebp
    movzwl %sp, %esp
    movw %ss, %ax
    movw %ax, %ds
    movw %ax, %es
    xorw %ax, %ax
    movw %ax, %fs
    movw %cs, %ax
    movw %ax, %gs
    cld
    .endm

    .section .text
enter_service:
    SAVE
    sti
    jmp call_handler
enter_irq:
    SAVE
call_handler:
    movl %esp, %eax
    calll *40(%esp)
    movl %ebp, %esp
    popal
    popw %gs
    popw %fs
    popw %es
    popw %ds
    addw $4, %sp
    iretw

    .macro SERVICE name, handler
\name:
    pushl $\handler
    jmp enter_service
    .endm

    .macro IRQ name, handler
\name:
    pushl $\handler
    jmp enter_irq
    .endm

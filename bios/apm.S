/*
 * Advanced Power Management 1.2: INT 15h AH=53h, and the entries for programs in protected mode, whose
 * code segment has this ROM's base. Of power states there are on, which is always, and off. Nothing is
 * kept about who has connected: every call is answered at any time.
 */
    .code16

    .set APM_VERSION, 0x0102
    .set POWER_PORT, 0x604   /* QEMU's: sleep type 0 */
    .set POWER_OFF, 0x2000
    .set LETTER_PORT, 0x8900 /* Bochs's: the word "Shutdown" */
    .set BAD_DEVICE, 0x09
    .set UNSUPPORTED, 0x0c
    .set CANNOT_ENTER, 0x60
    .set NO_EVENT, 0x80

/*
 * Functions 04h and up, for either width of code: AL and registers as APM says; AH and carry tell
 * the outcome.
 */
    .macro FUNCTIONS
    cmpb $0x05, %al
    je 50f
    cmpb $0x07, %al
    je 70f
    cmpb $0x0a, %al
    je 10f
    cmpb $0x0b, %al
    je 11f
    cmpb $0x0c, %al
    je 12f
    cmpb $0x0e, %al
    je 14f
    cmpb $0x10, %al
    je 16f
    ja 18f
    jmp 99f /* disconnect, busy, enable, defaults, engage: nothing to do */

50: sti /* idle: until the next interrupt */
    hlt
    jmp 99f

70: cmpw $1, %bx /* set the state of device BX to CX */
    jne 19f
    cmpw $3, %cx
    jne 99f
    pushw %dx
    movw $POWER_PORT, %dx
    movw $POWER_OFF, %ax
    outw %ax, %dx
    movw $LETTER_PORT, %dx
    .irp letter, 0x53, 0x68, 0x75, 0x74, 0x64, 0x6f, 0x77, 0x6e
    movb $\letter, %al
    outb %al, %dx
    .endr
    popw %dx
    movw $(CANNOT_ENTER << 8 | 0x07), %ax
    stc
    jmp 98f

10: movw $0x01ff, %bx /* on line power, battery unknown */
    movw $0x80ff, %cx /* there is no battery */
    movw $0xffff, %dx
    jmp 99f
11: movb $NO_EVENT, %ah
    stc
    jmp 98f
12: xorw %cx, %cx /* the state of every device: on */
    jmp 99f
14: movw $APM_VERSION, %ax /* the version that both know */
    cmpw %ax, %cx
    jae 17f
    movw %cx, %ax
17: clc
    jmp 98f
16: movb $0, %bl /* capabilities: no battery, no way to wake up */
    xorw %cx, %cx
    jmp 99f
18: movb $UNSUPPORTED, %ah
    stc
    jmp 98f
19: movb $BAD_DEVICE, %ah
    stc
    jmp 98f
99: movb $0, %ah
    clc
98:
    .endm

    .section .text
/* Connecting and asking, real mode only. */
apm_real:
    cmpb $0x04, %al
    jae 4f
    cmpb $0x01, %al
    jb 1f
    je 3f
    cmpb $0x02, %al
    je 2f
    movw $0xf000, %ax /* 03h: 32-bit code, 16-bit code and data at this ROM */
    movl $apm_entry32, %ebx
    movw %ax, %cx
    movw $0x0040, %dx
    movl $0xffffffff, %esi
    movw $0xffff, %di
    clc
    ret
2:  movw $0xf000, %ax
    movw $apm_entry16, %bx
    movw $0x0040, %cx
    movw $0xffff, %si
    movw %si, %di
    clc
    ret
1:  movw $APM_VERSION, %ax
    movw $0x504d, %bx /* "PM" */
    movw $0x0003, %cx /* 16-bit and 32-bit interface */
    clc
    ret
3:  movb $0, %ah
    clc
    ret
4:  FUNCTIONS
    ret

/* INT 15h AH=53h, from int15 with nothing pushed: carry goes into the caller's flags. */
    .globl apm_int15
apm_int15:
    call apm_real
    pushw %bp
    movw %sp, %bp
    jc 1f
    andb $0xfe, 6(%bp)
    popw %bp
    iretw
1:  orb $1, 6(%bp)
    popw %bp
    iretw

apm_entry16:
    FUNCTIONS
    lretw

    .code32
apm_entry32:
    FUNCTIONS
    lretl
    .code16

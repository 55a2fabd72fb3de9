#ifndef _KERNEL_KERNEL_H
#define _KERNEL_KERNEL_H

/* What the files of this folder share among themselves. */

struct trap_frame;
struct task_struct;

/* entry.S */
void system_call(void);
void divide_error(void);
void debug(void);
void nmi(void);
void int3(void);
void overflow(void);
void bounds(void);
void invalid_op(void);
void device_not_available(void);
void double_fault(void);
void coprocessor_segment_overrun(void);
void invalid_TSS(void);
void segment_not_present(void);
void stack_segment(void);
void general_protection(void);
void page_fault(void);
void reserved(void);
void coprocessor_error(void);
void alignment_check(void);
void timer_interrupt(void);
void keyboard_interrupt(void);
void irq2_interrupt(void);
void rs2_interrupt(void);
void rs1_interrupt(void);
void irq5_interrupt(void);
void floppy_interrupt(void);
void parallel_interrupt(void);
void irq8_interrupt(void);
void irq9_interrupt(void);
void irq10_interrupt(void);
void irq11_interrupt(void);
void irq12_interrupt(void);
void fpu_interrupt(void);
void hd_interrupt(void);
void irq15_interrupt(void);

/* called by entry.S */
void do_irq(struct trap_frame *frame);
void do_trap(struct trap_frame *frame);
void return_to_user(struct trap_frame *frame);

/* traps.c */
void force_signal(int sig);

/* irq.c */
void irq_init(void);

/* sched.c */
void do_timer(int from_user);
int math_state_restore(void);
void math_error_irq(void);

/* fork.c */
int user_range_is_valid(const void *user, unsigned long size);

/* signal.c */
int do_signal(struct trap_frame *frame);
int ignores_signal(const struct task_struct *p, int sig);

/* systrace.c, called by entry.S; the last one by do_exit() */
void trace_enter(const struct trap_frame *frame);
void trace_leave(const struct trap_frame *frame);
void trace_exit(void);

/* taskinfo.c */
unsigned long kernel_stack_free(const struct task_struct *p);

#endif

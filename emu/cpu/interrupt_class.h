#ifndef GLASS386_CPU_INTERRUPT_CLASS_H
#define GLASS386_CPU_INTERRUPT_CLASS_H

#include "base/types.h"

/* Which two faults in a row make a double fault (PRM 9.8.8, Table 9-3). Private to cpu/. */
enum exception_class { CLASS_BENIGN, CLASS_CONTRIBUTORY, CLASS_PAGE, CLASS_DOUBLE };

enum exception_class exception_class_of(u8 vector);

/* True when RF is set in the EFLAGS image that delivery saves. */
bool exception_sets_rf(u8 vector);

#endif

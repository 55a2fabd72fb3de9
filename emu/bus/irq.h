#ifndef GLASS386_BUS_IRQ_H
#define GLASS386_BUS_IRQ_H

#include "base/types.h"

/* A wire from a chip to whoever listens (an interrupt controller's input, the CPU's INTR pin, a
   reset circuit). A plain value, set at wiring time; an unconnected line has a null `set`. */
struct irq_line {
    void (*set)(void *context, unsigned number, bool level);
    void *context;
    unsigned number;
};

static inline void irq_set(const struct irq_line *line, bool level)
{
    if (line->set)
        line->set(line->context, line->number, level);
}

#endif

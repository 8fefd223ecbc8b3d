/* SPDX-License-Identifier: GPL-2.0 */
/* The switches by which the kernel keeps probes from firing that it has attached. */
#ifndef KERNEL_SWITCHES_H
#define KERNEL_SWITCHES_H

#include <stdbool.h>

/* A switch of the kernel that stops probes. */
struct kernel_switch {
	const char *name;   /* as messages and programs are told of it */
	const char *path;   /* the file that reads 0 if it is off */
	const char *remedy; /* what to do about it */
};

/*
 * Return the switch that is off and stops kprobes (kprobes is set) or other ways to observe
 * functions, or NULL if there is none or it can't be read.
 */
const struct kernel_switch *switches__find_off(bool kprobes);

#endif /* KERNEL_SWITCHES_H */

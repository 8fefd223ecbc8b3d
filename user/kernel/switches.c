// SPDX-License-Identifier: GPL-2.0
#include "kernel/switches.h"

#include <stddef.h>
#include <stdio.h>

/*
 * kernel.ftrace_enabled stops fentry and kprobe.multi, and kprobes where these are built on ftrace
 * (CONFIG_KPROBES_ON_FTRACE): ftrace_enable_sysctl() in kernel/trace/ftrace.c.
 */
static const struct kernel_switch ftrace = {
	.name = "kernel.ftrace_enabled",
	.path = "/proc/sys/kernel/ftrace_enabled",
	.remedy = "sysctl kernel.ftrace_enabled=1",
};

/* write_enabled_file_bool() in kernel/kprobes.c. */
static const struct kernel_switch kprobe = {
	.name = "kprobes/enabled",
	.path = "/sys/kernel/debug/kprobes/enabled",
	.remedy = "echo 1 >/sys/kernel/debug/kprobes/enabled",
};

static bool is_off(const struct kernel_switch *kernel_switch)
{
	FILE *file = fopen(kernel_switch->path, "re");
	int value;

	if (!file)
		return false;
	value = fgetc(file);
	fclose(file);
	return value == '0';
}

const struct kernel_switch *switches__find_off(bool kprobes)
{
	if (kprobes && is_off(&kprobe))
		return &kprobe;
	return is_off(&ftrace) ? &ftrace : NULL;
}

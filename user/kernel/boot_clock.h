/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's boot clock, in which BPF programs write down all times: bpf_ktime_get_boot_ns(). In
 * a time namespace (time_namespaces(7)), CLOCK_BOOTTIME and the start times in /proc/PID/stat are
 * shifted for who reads them, and that clock is not. So nothing else in the tool reads
 * CLOCK_BOOTTIME.
 */
#ifndef KERNEL_BOOT_CLOCK_H
#define KERNEL_BOOT_CLOCK_H

#include <linux/types.h>

/* Zeroes are right outside of time namespaces. */
struct boot_clock {
	__s64 offset_ns;      /* what the tool's time namespace adds to the clock */
	__s64 proc_offset_ns; /* what it adds to start times in /proc: the same, or 0 before 5.11 */
};

/* The kernel's clock as a BPF program has read it, between two readings of CLOCK_BOOTTIME. */
struct boot_reading {
	__s64 before_ns;
	__u64 kernel_ns;
	__s64 after_ns;
	__u64 start_ns; /* when this process started, on the kernel's clock */
};

/* Return the time of CLOCK_BOOTTIME as this process's time namespace has it, in ns. */
__s64 boot_clock__own_ns(void);

/*
 * Set the offsets from a reading. proc is this process's directory in /proc. The file
 * timens_offsets there has the offset exactly, but it speaks of another namespace if the program
 * was executed without a fork since unshare(2); and an offset of 0 is the only other one that is
 * likely. Whichever of the two agrees with the reading is taken, else what was measured, which is
 * right to half the time between before_ns and after_ns. Whether start times are shifted as well is
 * told from this process's own: they are since 5.11.
 */
void boot_clock__set(struct boot_clock *clock, const struct boot_reading *reading,
		     const char *proc);

/* Return the time now, in ns. */
__u64 boot_clock__ns(const struct boot_clock *clock);

/*
 * Return the start time that /proc shows to this process for one of the kernel's clock. A time that
 * the namespace puts before its boot becomes huge, as it does in the kernel.
 */
__u64 boot_clock__in_proc(const struct boot_clock *clock, __u64 ns);

/*
 * Return the time of the kernel's clock for a start time that /proc shows to this process: the
 * reverse of boot_clock__in_proc().
 */
__u64 boot_clock__from_proc(const struct boot_clock *clock, __u64 ns);

#endif /* KERNEL_BOOT_CLOCK_H */

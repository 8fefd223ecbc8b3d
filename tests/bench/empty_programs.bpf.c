// SPDX-License-Identifier: GPL-2.0
/* Programs that do nothing: what remains of a tracer's cost when it does no work. */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("fentry")
int empty_fentry(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("fexit")
int empty_fexit(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("kprobe")
int empty_kprobe(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("kretprobe")
int empty_kretprobe(void *ctx)
{
	(void)ctx;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
#include "probe/probe_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "plan/plan.h"
#include "probe/function_addresses.h"

struct probe_link {
	struct bpf_link *of_libbpf; /* or NULL */
	int fd;			    /* of the link that libbpf did not make, or -1 */
};

/*
 * The argument of BPF_LINK_CREATE for links to several functions, as union bpf_attr in
 * include/uapi/linux/bpf.h has it: libbpf makes them only of the types that it knows.
 */
struct link_create {
	__u32 prog_fd;
	__u32 target_fd;
	__u32 attach_type;
	__u32 flags;
	struct {
		__u32 flags;
		__u32 cnt;
		__u64 syms;
		__u64 addrs;
		__u64 cookies;
	} kprobe_multi;
};

/*
 * Given names, the kernel compares each of its symbols with all of them, so addresses are tried
 * first.
 */
static int create_session(int program_fd, const char *const *functions, const __u64 *cookies,
			  __u32 nr)
{
	__u64 addresses[NR_PROBES];
	bool by_address = nr > 1 && function_addresses__find(functions, addresses, nr);
	struct link_create attributes = {
		.prog_fd = program_fd,
		.attach_type = OBJECTS_KPROBE_SESSION_TYPE,
		.kprobe_multi = {
			.cnt = nr,
			.syms = by_address ? 0 : (__u64)(unsigned long)functions,
			.addrs = by_address ? (__u64)(unsigned long)addresses : 0,
			.cookies = (__u64)(unsigned long)cookies,
		},
	};

	return syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof(attributes));
}

/* Own a link of libbpf's, or a descriptor. Return NULL and errno if there is none of both. */
static struct probe_link *own(struct bpf_link *of_libbpf, int fd)
{
	struct probe_link *link;

	if (!of_libbpf && fd < 0)
		return NULL;
	link = malloc(sizeof(*link));
	if (link) {
		*link = (struct probe_link){ .of_libbpf = of_libbpf, .fd = fd };
		return link;
	}
	bpf_link__destroy(of_libbpf);
	if (fd >= 0)
		close(fd);
	errno = ENOMEM;
	return NULL;
}

struct probe_link *probe_link__attach_all(const struct bpf_program *program,
					  const char *const *functions, const __u64 *cookies,
					  __u32 nr)
{
	return own(NULL, create_session(bpf_program__fd(program), functions, cookies, nr));
}

struct probe_link *probe_link__attach(const struct bpf_program *program, enum object_kind kind,
				      enum half half, const char *function, __u64 cookie)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = &function, .cnt = 1,
		    .retprobe = half == EXIT_HALF);

	if (kind == OBJECT_KPROBE_SESSION)
		return probe_link__attach_all(program, &function, &cookie, 1);
	if (kind == OBJECT_KPROBE_MULTI)
		return own(bpf_program__attach_kprobe_multi_opts(program, NULL, &options), -1);
	if (kind == OBJECT_KPROBE)
		return own(bpf_program__attach_kprobe(program, half == EXIT_HALF, function), -1);
	return own(bpf_program__attach_trace(program), -1);
}

void probe_link__destroy(struct probe_link *link)
{
	if (!link)
		return;
	bpf_link__destroy(link->of_libbpf);
	if (link->fd >= 0)
		close(link->fd);
	free(link);
}

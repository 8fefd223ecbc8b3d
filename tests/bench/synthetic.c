// SPDX-License-Identifier: GPL-2.0
#include "synthetic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "creation/correct.h"

#define NR_RECORDS     1024
#define FIRST_NS       10000000000ULL
#define NS_PER_SOCKET  20000
#define NR_PROCESSES   16
#define NR_CPUS	       4
#define NO_SUCH_FAMILY "net-pf-2-proto-99"

struct synthetic {
	__u64 made;
	__u64 numbers[NR_CPUS];
	__u32 random; /* of xorshift */
	size_t sizes[NR_RECORDS];
	struct wire_record records[NR_RECORDS];
};

static const struct {
	const char *comm;
	const char *exe;
	const char *cgroup;
} processes[NR_PROCESSES] = {
	{ "curl", "/usr/bin/curl", "/user.slice/user-1000.slice/session-3.scope" },
	{ "nginx", "/usr/sbin/nginx", "/system.slice/nginx.service" },
	{ "python3", "/usr/bin/python3.11", "/system.slice/shop.service" },
	{ "dockerd", "/usr/bin/dockerd", "/system.slice/docker.service" },
	{ "systemd-resolve", "/usr/lib/systemd/systemd-resolved",
	  "/system.slice/systemd-resolved.service" },
	{ "sshd", "/usr/sbin/sshd", "/system.slice/ssh.service" },
	{ "node", "/usr/bin/node", "/system.slice/front.service" },
	{ "java", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "/system.slice/search.service" },
	{ "postgres", "/usr/lib/postgresql/15/bin/postgres", "/system.slice/postgresql.service" },
	{ "redis-server", "/usr/bin/redis-check-rdb", "/system.slice/redis-server.service" },
	{ "cron", "/usr/sbin/cron", "/system.slice/cron.service" },
	{ "haproxy", "/usr/sbin/haproxy", "/system.slice/haproxy.service" },
	{ "chronyd", "/usr/sbin/chronyd", "/system.slice/chrony.service" },
	{ "bash", "/usr/bin/bash", "/user.slice/user-1000.slice/session-3.scope" },
	{ "grafana", "/usr/share/grafana/bin/grafana", "/system.slice/grafana-server.service" },
	{ "wget", "/usr/bin/wget", "/user.slice/user-1000.slice/session-3.scope" },
};

/* About base, so that numbers differ in their digits as real ones do. */
static __u64 around(struct synthetic *synthetic, __u64 base)
{
	__u32 x = synthetic->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	synthetic->random = x;
	return base / 2 + x % base;
}

/* A call of a stage that lasts from one time to another, in ns since the outermost entry. */
static struct wire_span *add(struct wire_record *record, enum stage stage, int parent, __u64 start,
			     __u64 duration, __s32 ret)
{
	struct wire_span *span = &record->spans[record->nr_spans++];

	*span = (struct wire_span){ .start = start,
				    .end = start + duration,
				    .ret = ret,
				    .stage = stage,
				    .parent = parent < 0 ? WIRE_NO_PARENT : (__u8)parent };
	return span;
}

static void describe(struct synthetic *synthetic, struct wire_record *record, unsigned int number)
{
	unsigned int process = number % NR_PROCESSES;

	record->version = WIRE_VERSION;
	record->cgroup_id = 2000 + process;
	record->process_start_ns = FIRST_NS / 2 + process;
	record->exec_id = 2;
	record->cpu = number % NR_CPUS;
	record->netns = 4026531840U;
	record->pid = 1000 + 97 * process;
	record->tid = record->pid + number / NR_PROCESSES % 3;
	record->ppid = 1 + process;
	record->uid = process % 2 ? 1000 : 0;
	snprintf(record->comm, sizeof(record->comm), "%s", processes[process].comm);
	memcpy(record->process_comm, record->comm, sizeof(record->comm));
	(void)around(synthetic, 1);
}

static void add_socket(struct synthetic *synthetic, struct wire_record *record, int protocol,
		       int fd)
{
	record->sockets[record->nr_sockets++] = (struct wire_socket){
		.inode = around(synthetic, 60000),
		.fd = fd,
		.family = (__u16)record->family,
		.type = record->type & 0xf,
		.protocol = (__u16)protocol,
	};
}

/* The eight calls that end with __sock_create(); the outermost ends with total. */
static void add_tcp_calls(struct synthetic *synthetic, struct wire_record *record, __u64 unit,
			  __u64 total, __s32 ret)
{
	add(record, STAGE_SYS_SOCKET, -1, 0, total, ret);
	add(record, STAGE_SOCK_CREATE, 0, unit, 14 * unit, 0);
	add(record, STAGE_SECURITY_SOCKET_CREATE, 1, 2 * unit, around(synthetic, unit), 0);
	add(record, STAGE_SOCK_ALLOC, 1, 4 * unit, around(synthetic, unit), POINTER_VALID);
	add(record, STAGE_FAMILY_CREATE, 1, 6 * unit, 8 * unit, 0)->family = AF_INET;
	add(record, STAGE_SK_ALLOC, 4, 7 * unit, around(synthetic, unit), POINTER_VALID);
	add(record, STAGE_SOCK_INIT_DATA, 4, 9 * unit, around(synthetic, unit), 0);
	add(record, STAGE_TCP_V4_INIT_SOCK, 4, 11 * unit, around(synthetic, unit), 0);
}

/* socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0): nine spans; sock_map_fd() is reconstructed. */
static void make_tcp(struct synthetic *synthetic, struct wire_record *record)
{
	__u64 unit = around(synthetic, 1000);
	int fd = 3 + (int)around(synthetic, 40);

	record->via = VIA_SOCKET;
	record->family = AF_INET;
	record->type = SOCK_STREAM | SOCK_CLOEXEC;
	record->ret = fd;
	add_tcp_calls(synthetic, record, unit, 20 * unit, fd);
	add(record, STAGE_SOCK_ALLOC_FILE, 0, 16 * unit, around(synthetic, unit), POINTER_VALID);
	add_socket(synthetic, record, 6, fd);
}

/* The same where the process has no descriptor left. */
static void make_emfile(struct synthetic *synthetic, struct wire_record *record)
{
	__u64 unit = around(synthetic, 1000);

	record->via = VIA_SOCKET;
	record->family = AF_INET;
	record->type = SOCK_STREAM;
	record->ret = -EMFILE;
	record->descriptor_limit = 1024;
	add_tcp_calls(synthetic, record, unit, 22 * unit, -EMFILE);
	add_socket(synthetic, record, 6, -1);
}

/* A protocol that no module brings: two are asked for. */
static void make_no_protocol(struct synthetic *synthetic, struct wire_record *record)
{
	__u64 unit = around(synthetic, 1000);
	struct wire_module *modules;
	int i;

	record->via = VIA_SOCKET;
	record->family = AF_INET;
	record->type = SOCK_STREAM;
	record->protocol = 99;
	record->ret = -EPROTONOSUPPORT;
	add(record, STAGE_SYS_SOCKET, -1, 0, 2000 * unit, record->ret);
	add(record, STAGE_SOCK_CREATE, 0, unit, 1998 * unit, record->ret);
	add(record, STAGE_SECURITY_SOCKET_CREATE, 1, 2 * unit, around(synthetic, unit), 0);
	add(record, STAGE_SOCK_ALLOC, 1, 4 * unit, around(synthetic, unit), POINTER_VALID);
	add(record, STAGE_FAMILY_CREATE, 1, 6 * unit, 1900 * unit, record->ret)->family = AF_INET;
	record->nr_modules = 2;
	modules = (struct wire_module *)wire_record__modules(record);
	for (i = 0; i < 2; i++) {
		memset(&modules[i], 0, sizeof(modules[i]));
		snprintf(modules[i].name, sizeof(modules[i].name), "%s%s", NO_SUCH_FAMILY,
			 i ? "" : "-type-1");
		modules[i].span = 4;
	}
}

static int add_unix(struct synthetic *synthetic, struct wire_record *record, __u64 start,
		    __u64 unit)
{
	int create = record->nr_spans;

	add(record, STAGE_SOCK_CREATE, 0, start, 10 * unit, 0);
	add(record, STAGE_SECURITY_SOCKET_CREATE, create, start + unit, around(synthetic, unit), 0);
	add(record, STAGE_SOCK_ALLOC, create, start + 3 * unit, around(synthetic, unit),
	    POINTER_VALID);
	add(record, STAGE_FAMILY_CREATE, create, start + 5 * unit, 4 * unit, 0)->family = AF_UNIX;
	add(record, STAGE_SK_ALLOC, create + 3, start + 6 * unit, around(synthetic, unit / 2 + 1),
	    POINTER_VALID);
	add(record, STAGE_SOCK_INIT_DATA, create + 3, start + 7 * unit,
	    around(synthetic, unit / 2 + 1), 0);
	return create;
}

static void make_pair(struct synthetic *synthetic, struct wire_record *record)
{
	__u64 unit = around(synthetic, 800);
	int fd = 3 + (int)around(synthetic, 40);

	record->via = VIA_SOCKETPAIR;
	record->family = AF_UNIX;
	record->type = SOCK_STREAM;
	add(record, STAGE_SYS_SOCKETPAIR, -1, 0, 32 * unit, 0);
	add_unix(synthetic, record, 2 * unit, unit);
	add_unix(synthetic, record, 14 * unit, unit);
	add(record, STAGE_SOCK_ALLOC_FILE, 0, 26 * unit, around(synthetic, unit), POINTER_VALID);
	add(record, STAGE_SOCK_ALLOC_FILE, 0, 28 * unit, around(synthetic, unit), POINTER_VALID);
	add_socket(synthetic, record, 0, fd);
	add_socket(synthetic, record, 0, fd + 1);
}

static void make(struct synthetic *synthetic, enum synthetic_kind kind, unsigned int number)
{
	struct wire_record *record = &synthetic->records[number];

	describe(synthetic, record, number);
	if (kind == SYNTHETIC_TCP || number % 10 < 7)
		make_tcp(synthetic, record);
	else if (number % 10 < 9)
		make_pair(synthetic, record);
	else if (number % 20 < 10)
		make_emfile(synthetic, record);
	else
		make_no_protocol(synthetic, record);
	synthetic->sizes[number] =
		(size_t)((const char *)wire_record__user_frames(record) - (const char *)record);
}

struct synthetic *synthetic__new(enum synthetic_kind kind)
{
	struct synthetic *synthetic = calloc(1, sizeof(*synthetic));
	unsigned int i;

	if (!synthetic)
		return NULL;
	synthetic->random = 2463534242;
	for (i = 0; i < NR_RECORDS; i++)
		make(synthetic, kind, i);
	return synthetic;
}

/* Moves a creation to another time. */
static void begin_at(struct wire_record *record, __u64 ns)
{
	__u64 later = ns - record->spans[0].start;
	int i;

	for (i = 0; i < record->nr_spans; i++) {
		record->spans[i].start += later;
		record->spans[i].end += later;
	}
}

void *synthetic__next(struct synthetic *synthetic, size_t *size)
{
	unsigned int number = synthetic->made % NR_RECORDS;
	struct wire_record *record = &synthetic->records[number];

	begin_at(record, FIRST_NS + synthetic->made++ * NS_PER_SOCKET);
	record->sequence = synthetic->numbers[record->cpu]++;
	*size = synthetic->sizes[number];
	return record;
}

void synthetic__free(struct synthetic *synthetic)
{
	free(synthetic);
}

void synthetic__origin(const struct wire_record *record, struct origin *origin)
{
	static const char cmdline[] = "/usr/sbin/service\0--foreground\0--config=/etc/service.conf";
	unsigned int process = (record->cgroup_id - 2000) % NR_PROCESSES;

	origin->executed = (struct executed){
		.path = processes[process].exe,
		.cmdline = cmdline,
		.cmdline_size = sizeof(cmdline),
		.number = process + 1,
	};
	origin->cgroup = processes[process].cgroup;
	origin->requester = NULL;
	origin->nr_kernel_frames = origin->nr_user_frames = 0;
}

/* As fentry's on 6.1, in instructions. */
static const struct probe_cost cost = { .inner_ns = 202, .outer_ns = 287, .exit_ns = 244 };

static void plan_stage(struct trace_header *header, int stage)
{
	struct stage_plan *planned = &header->plan.probes[stage];

	planned->function = stages[stage].name;
	planned->picked = stages[stage].detail == DETAIL_CORE;
	if (!planned->picked || stage == STAGE_FAMILY_CREATE)
		planned->way = ATTACH_NONE;
	else if (stages[stage].reconstructed_after != STAGE_NONE)
		planned->way = ATTACH_RECONSTRUCTED;
	else
		*planned = (struct stage_plan){ .function = planned->function,
						.picked = true,
						.way = ATTACH_FENTRY };
	snprintf(planned->reason, sizeof(planned->reason), "the cheapest way");
}

static void plan_family(struct trace_header *header, int family, const char *function)
{
	header->costs.probes[NR_STAGES + family] = cost;
	header->plan.probes[NR_STAGES + family] = (struct stage_plan){
		.function = function, .way = ATTACH_FENTRY, .picked = true, .reason = "as above"
	};
}

void synthetic__header(struct trace_header *header)
{
	int stage, family;

	memset(header, 0, sizeof(*header));
	header->tool_version = "benchmark";
	strcpy(header->kernel, "6.1.0-0-amd64");
	strcpy(header->arch, "x86_64");
	header->start_boot_ns = FIRST_NS;
	header->boot_to_real_ns = 1709208000000000000;
	for (stage = 0; stage < NR_STAGES; stage++)
		plan_stage(header, stage);
	for (family = 0; family < NR_FAMILIES; family++)
		header->plan.probes[NR_STAGES + family] =
			(struct stage_plan){ .function = "", .absent = true, .picked = true };
	header->costs.known = true;
	plan_family(header, AF_INET, "inet_create");
	plan_family(header, AF_UNIX, "unix_create");
	correct__prepare(&header->costs, &header->plan);
}

// SPDX-License-Identifier: GPL-2.0
#include "probe/tracer.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

void tracer__set_gate(struct tracer *tracer, enum gate gate)
{
	__atomic_store_n(&tracer->state->gate, gate, __ATOMIC_RELEASE);
}

int tracer__records_fd(const struct tracer *tracer)
{
	return bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "records");
}

void tracer__release_claim(void *context, __u32 slot)
{
	const struct tracer *tracer = context;
	int fd = bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "claims");

	if (fd >= 0)
		bpf_map_delete_elem(fd, &slot);
}

int tracer__list_command(const struct tracer *tracer, __u32 *pids, int max)
{
	int fd = bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "command_tasks");
	__u32 *before = NULL, pid;
	int nr = 0, error;

	while (!(error = bpf_map_get_next_key(fd, before, &pid))) {
		if (nr == max)
			return -1;
		pids[nr] = pid;
		before = &pids[nr++];
	}
	return error == -ENOENT ? nr : -1;
}

bool tracer__find_exec(void *context, const struct exec_key *key, struct exec *exec)
{
	const struct tracer *tracer = context;
	const struct exec_entry *entry;
	struct exec_key found;
	__u32 version;

	if (!tracer->execs)
		return false;
	entry = &tracer->execs[exec_key__place(key)];
	version = __atomic_load_n(&entry->version, __ATOMIC_ACQUIRE);
	found = entry->key;
	*exec = entry->exec;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return !(version & 1) && version == __atomic_load_n(&entry->version, __ATOMIC_RELAXED) &&
	       !memcmp(&found, key, sizeof(found));
}

int tracer__set_exe_files(const struct tracer *tracer, const int *fds, unsigned int nr)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct exe_files *files = &tracer->state->exe_files;
	struct bpf_program *program =
		bpf_object__find_program_by_name(tracer->objects[OBJECT_FENTRY], "find_exe_files");

	memcpy(files->fds, fds, nr * sizeof(fds[0]));
	files->nr = nr;
	return bpf_prog_test_run_opts(bpf_program__fd(program), &options);
}

struct state *tracer__state(const struct tracer *tracer)
{
	return tracer->state;
}

int tracer__program(const struct tracer *tracer, const struct plan *plan, int probe, enum half half)
{
	enum object_kind kind = 0;

	while (kind < NR_OBJECTS && !load__is_in(kind, plan, probe))
		kind++;
	if (kind == NR_OBJECTS || !tracer->objects[kind])
		return -1;
	if (kind == OBJECT_FENTRY && probe >= NR_STAGES && !tracer->links[probe][half])
		return tracer->clones[probe - NR_STAGES][half].program_fd;
	return bpf_program__fd(load__program(tracer->objects[kind], kind, plan__stage(probe), half,
					     tracer->config.state));
}

void tracer__visit_lost_processes(const struct tracer *tracer,
				  void (*visit)(void *context, const struct lost_process *process),
				  void *context)
{
	int fd = bpf_object__find_map_fd_by_name(tracer->objects[OBJECT_FENTRY], "lost_processes");
	__u32 key, *previous = NULL;
	struct lost_process process;

	for (; !bpf_map_get_next_key(fd, previous, &key); previous = &key) {
		if (!bpf_map_lookup_elem(fd, &key, &process))
			visit(context, &process);
	}
}

bool tracer__find_kind(const struct plan *plan, int probe, enum object_kind *kind)
{
	for (*kind = 0; *kind < NR_OBJECTS; (*kind)++) {
		if (plan->probes[probe].way == load__way(*kind))
			return true;
	}
	return false;
}

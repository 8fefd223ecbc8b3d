// SPDX-License-Identifier: GPL-2.0
/* Tests where an error is said to have arisen, and how it is explained. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/failures.h"

static void a_success_has_no_reason(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, 1);
	assert_int_equal(why__span(&made.tree), TREE_NO_SPAN);
	/* A call whose return was not seen has no error. */
	made.record.ret = -EPERM;
	leave_open(&made, 0);
	assert_int_equal(why__span(&made.tree), TREE_NO_SPAN);
}

static void arguments_that_nothing_has(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EINVAL;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EINVAL);
	expect(&made, "__sys_socket", "flags");
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 9, -EINVAL);
	expect(&made, "__sock_create", "no type of this number");
	made.record.ret = -EAFNOSUPPORT;
	made.tree.spans[0].ret = made.tree.spans[1].ret = -EAFNOSUPPORT;
	expect(&made, "__sock_create", "no family of this number");
}

static void expect_of_family(int family, int type, int protocol, int error, const char *text)
{
	struct made_tree made;

	make_failed(&made, family, type, protocol, error);
	add_family(&made, -error);
	expect(&made, "any_create", text);
}

/* As the create functions of these families have them. */
static void errors_of_families(void **state)
{
	struct made_tree made;
	int create;

	(void)state;
	expect_of_family(AF_CAN, SOCK_RAW, 8, EINVAL, "no protocol of this number");
	expect_of_family(AF_CAN, SOCK_DGRAM, 1, EPROTOTYPE, "no sockets of this type and protocol");
	expect_of_family(AF_TIPC, SOCK_RAW, 0, EPROTOTYPE, "no sockets of this type and protocol");
	expect_of_family(AF_BLUETOOTH, SOCK_RAW, 99, EINVAL, "no protocol of this number");
	expect_of_family(AF_BLUETOOTH, SOCK_RAW, 0, EPERM, "raw sockets need CAP_NET_RAW");
	expect_of_family(AF_BLUETOOTH, SOCK_RAW, 0, EAFNOSUPPORT, "initial network namespace only");
	expect_of_family(AF_X25, SOCK_SEQPACKET, 0, EAFNOSUPPORT, "initial network namespace only");
	expect_of_family(AF_QIPCRTR, SOCK_DGRAM, 0, EAFNOSUPPORT, "initial network namespace only");
	expect_of_family(AF_ALG, SOCK_SEQPACKET, 0, EAFNOSUPPORT, "crypto.af_alg_restrict is 2");
	expect_of_family(AF_SMC, SOCK_STREAM, 0, EAFNOSUPPORT, "");
	expect_of_family(AF_NFC, SOCK_DGRAM, 0, ESOCKTNOSUPPORT, "the family has no such type");
	expect_of_family(AF_NFC, SOCK_SEQPACKET, 1, ESOCKTNOSUPPORT,
			 "no sockets of this type and protocol");
	expect_of_family(AF_X25, SOCK_SEQPACKET, 9, EINVAL, "no protocol of this number");
	expect_of_family(AF_ATMPVC, SOCK_STREAM, 0, EINVAL, "the family has no such type");
	expect_of_family(AF_AX25, SOCK_RAW, 0, EPERM, "raw sockets need CAP_NET_RAW");
	expect_of_family(AF_ISDN, SOCK_RAW, 0, EPERM, "raw sockets need CAP_NET_RAW");
	expect_of_family(AF_AX25, SOCK_DGRAM, 0, EPERM, "");
	expect_of_family(AF_NFC, SOCK_RAW, 0, EPERM, "raw sockets need CAP_NET_RAW");
	expect_of_family(AF_LLC, SOCK_DGRAM, 0, EPERM, "AF_LLC sockets need CAP_NET_RAW");
	expect_of_family(AF_PHONET, SOCK_DGRAM, 0, EPERM, "AF_PHONET sockets need CAP_SYS_ADMIN");
	expect_of_family(AF_CAIF, SOCK_STREAM, 0, EPERM, "AF_CAIF sockets need CAP_SYS_ADMIN");
	expect_of_family(AF_UNIX, SOCK_STREAM, 0, ENOMEM, "twice as many unix sockets");
	expect_of_family(AF_UNIX, SOCK_STREAM, 0, EINVAL, "");
	expect_of_family(AF_VSOCK, SOCK_STREAM, 0, ENODEV, "");
	make_failed(&made, AF_VSOCK, SOCK_DGRAM, 0, ENODEV);
	create = add_family(&made, -ENODEV);
	add_span(&made, STAGE_SK_ALLOC, create, 70, 5, POINTER_VALID);
	expect(&made, "any_create", "no transport for AF_VSOCK is loaded that has datagrams");
}

/* What __sys_socket() asks before it looks at its arguments is no sign that they were right. */
static void bits_that_are_no_flags(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EINVAL;
	made.tree.observed = STAGE_BIT(STAGE_SOCK_CREATE);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1000, -EINVAL);
	add_span(&made, STAGE_UPDATE_SOCKET_PROTOCOL, 0, 10, 5, 0);
	expect(&made, "__sys_socket", "bits that are neither a type's nor known flags");
}

static void missing_capability(void **state)
{
	struct made_tree made;
	int create;

	(void)state;
	make_failed(&made, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, EPERM);
	create = add_family(&made, -EPERM);
	expect(&made, "any_create", "raw sockets need CAP_NET_RAW");
	/* The check of capabilities comes before the allocation of the sock. */
	add_span(&made, STAGE_SK_ALLOC, create, 70, 5, POINTER_VALID);
	expect(&made, "any_create", "");
	make_failed(&made, AF_PACKET, SOCK_RAW, 0, EPERM);
	add_family(&made, -EPERM);
	expect(&made, "any_create", "packet sockets need CAP_NET_RAW");
	make_failed(&made, AF_VSOCK, SOCK_STREAM, 0, EPERM);
	add_family(&made, -EPERM);
	expect(&made, "any_create", "");
}

static void security_modules(void **state)
{
	struct made_tree made;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, 0, EACCES);
	add_family(&made, 0);
	expect(&made, "__sock_create", "(LSM) denied it when it was made");
	add_span(&made, STAGE_SECURITY_SOCKET_POST_CREATE, 1, 200, 5, -EACCES);
	expect(&made, "security_socket_post_create", "(LSM) denied it when it was made");
	make_tree(&made, 1);
	made.record.ret = -EPERM;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EPERM);
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 9, -EPERM);
	add_span(&made, STAGE_SECURITY_SOCKET_CREATE, 1, 2, 3, -EPERM);
	expect(&made, "security_socket_create", "a security module (LSM) denied it");
}

static void security_modules_that_are_active(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EPERM;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EPERM);
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 9, -EPERM);
	add_span(&made, STAGE_SECURITY_SOCKET_CREATE, 1, 2, 3, -EPERM);
	made.tree.security_modules = "lockdown,capability,landlock,yama,apparmor,tomoyo,bpf";
	expect_only(&made, "security_socket_create",
		    "a security module (LSM) denied it: apparmor or bpf; the audit log, or else "
		    "dmesg, may say why; BPF programs are listed by bpftool prog");
	/* Of a module that nobody knows yet it can't be said that it has not refused. */
	made.tree.security_modules = "capability,,selinux,novel";
	expect(&made, "security_socket_create", "denied it: selinux or novel; the audit log");
	made.tree.security_modules = "capability,bpf";
	expect_only(&made, "security_socket_create",
		    "a security module (LSM) denied it: bpf; BPF programs are listed by bpftool "
		    "prog");
	made.tree.security_modules = "capability,yama";
	expect_only(&made, "security_socket_create", "a security module (LSM) denied it");
}

/* Add the call of a security module's hook in the last span. */
static void add_hook(struct made_tree *made, enum stage hook, __s32 ret)
{
	add_span(made, hook, 2, 2, 1, ret);
}

static void hooks_of_security_modules(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EACCES;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EACCES);
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 9, -EACCES);
	add_span(&made, STAGE_SECURITY_SOCKET_CREATE, 1, 2, 3, -EACCES);
	made.tree.security_modules = "capability,selinux,apparmor,bpf";
	add_hook(&made, STAGE_SELINUX_SOCKET_CREATE, 0);
	expect_only(&made, "security_socket_create",
		    "a security module (LSM) denied it: apparmor or bpf; the audit log, or else "
		    "dmesg, may say why; BPF programs are listed by bpftool prog");
	add_hook(&made, STAGE_APPARMOR_SOCKET_CREATE, -EACCES);
	expect_only(
		&made, "apparmor_socket_create",
		"a security module (LSM) denied it: apparmor; the audit log, or else dmesg, may "
		"say why");
	/* What is active is not needed to know that. */
	made.tree.security_modules = NULL;
	expect(&made, "apparmor_socket_create", "denied it: apparmor; the audit log");
}

static void hook_of_bpf_programs(void **state)
{
	struct made_tree made;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, 0, EPERM);
	add_family(&made, 0);
	add_span(&made, STAGE_SECURITY_SOCKET_POST_CREATE, 1, 200, 5, -EPERM);
	add_span(&made, STAGE_BPF_LSM_SOCKET_POST_CREATE, 5, 201, 2, -EPERM);
	expect_only(&made, "bpf_lsm_socket_post_create",
		    "a security module (LSM) denied it when it was made: bpf; BPF programs are "
		    "listed by bpftool prog");
}

static void security_module_of_a_pair(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EPERM;
	made.record.nr_sockets = 1;
	add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 10, -EPERM);
	expect(&made, "__sys_socketpair", "");
	made.record.nr_sockets = 2;
	expect(&made, "__sys_socketpair", "denied it when the two sockets were to be a pair");
	add_span(&made, STAGE_SECURITY_SOCKET_SOCKETPAIR, 0, 5, 1, -EPERM);
	expect(&made, "security_socket_socketpair", "denied it when the two sockets were to be");
}

static void cgroup_program(void **state)
{
	struct made_tree made;
	int create;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, IPPROTO_TCP, EPERM);
	create = add_family(&made, -EPERM);
	add_span(&made, STAGE_SK_ALLOC, create, 70, 5, POINTER_VALID);
	add_span(&made, STAGE_SOCK_INIT_DATA, create, 80, 5, 0);
	add_span(&made, STAGE_TCP_V4_INIT_SOCK, create, 90, 5, 0);
	expect(&made, "any_create", "BPF program of the cgroup");
	/* Another protocol's function can't have failed if it was seen to succeed. */
	made.record.protocol = IPPROTO_SCTP;
	expect(&made, "any_create", "BPF program of the cgroup");
	/* It can have failed if it was not seen. */
	make_failed(&made, AF_INET, SOCK_STREAM, IPPROTO_SCTP, EPERM);
	create = add_family(&made, -EPERM);
	add_span(&made, STAGE_SK_ALLOC, create, 70, 5, POINTER_VALID);
	add_span(&made, STAGE_SOCK_INIT_DATA, create, 80, 5, 0);
	expect(&made, "any_create", "");
	/* Other errors can come from the protocol. */
	make_failed(&made, AF_INET, SOCK_STREAM, IPPROTO_TCP, ENOPROTOOPT);
	create = add_family(&made, -ENOPROTOOPT);
	add_span(&made, STAGE_SK_ALLOC, create, 70, 5, POINTER_VALID);
	add_span(&made, STAGE_SOCK_INIT_DATA, create, 80, 5, 0);
	expect(&made, "any_create", "");
}

/* A missing call proves something only if the function is observed. */
static void what_was_not_observed(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.tree.observed = STAGE_BIT(STAGE_SYS_SOCKET) | STAGE_BIT(STAGE_SOCK_CREATE);
	made.record.ret = -EINVAL;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EINVAL);
	expect(&made, "__sys_socket", "flags");
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 9, -EINVAL);
	expect(&made, "__sock_create", "");
	made.record.ret = made.tree.spans[0].ret = made.tree.spans[1].ret = -EAFNOSUPPORT;
	expect(&made, "__sock_create", "");

	make_failed(&made, AF_BLUETOOTH, SOCK_RAW, 0, EAFNOSUPPORT);
	made.tree.observed = ~STAGE_BIT(STAGE_FAMILY_CREATE);
	expect(&made, "__sock_create", "");

	make_failed(&made, AF_INET, SOCK_RAW, 1, EPERM);
	add_family(&made, -EPERM);
	expect(&made, "any_create", "CAP_NET_RAW");
	made.tree.observed = ~STAGE_BIT(STAGE_SK_ALLOC);
	expect(&made, "any_create", "");
}

/* A caller can turn an error into NULL, and NULL into another error. */
static void errors_that_become_others(void **state)
{
	struct made_tree made;
	int span;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, 0, ENOBUFS);
	span = add_span(&made, STAGE_SK_ALLOC, add_family(&made, -ENOBUFS), 70, 50, POINTER_NULL);
	made.tree.spans[span].failed = true;
	span = add_span(&made, STAGE_SK_PROT_ALLOC, span, 75, 40, POINTER_NULL);
	made.tree.spans[span].failed = true;
	expect(&made, "sk_prot_alloc", "no memory for the sock");
	add_span(&made, STAGE_SECURITY_SK_ALLOC, span, 80, 10, -EACCES);
	expect(&made, "security_sk_alloc", "a security module (LSM) denied it");
	made.tree.spans[made.tree.nr_spans - 1].ret = -ENOMEM;
	expect(&made, "security_sk_alloc", "no memory");
}

/* The modules that the caller had requested did bring the function that fails. */
static void nothing_left(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 1);
	made.record.ret = -EMFILE;
	made.record.descriptor_limit = 64;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, -EMFILE);
	add_span(&made, STAGE_SOCK_CREATE, 0, 1, 5, 0);
	add_span(&made, STAGE_SOCK_MAP_FD, 0, 6, 3, -EMFILE);
	expect(&made, "sock_map_fd", "no descriptor is left: the limit (RLIMIT_NOFILE) is 64");
	made.record.flags = WIRE_NR_OPEN_REACHED;
	made.record.descriptor_limit = 1024;
	made.tree.nr_open = 64;
	expect(&made, "sock_map_fd", "no descriptor is left: the limit (fs.nr_open) is 64");
	/* The limit could not be read, or was changed before it was read. */
	made.tree.nr_open = 0;
	expect_only(&made, "sock_map_fd", "no descriptor is left");
	made.tree.nr_open = 1048576;
	expect_only(&made, "sock_map_fd", "no descriptor is left");
	make_failed(&made, AF_UNIX, SOCK_STREAM, 0, ENOBUFS);
	add_span(&made, STAGE_SK_ALLOC, add_family(&made, -ENOBUFS), 70, 5, POINTER_NULL);
	made.tree.spans[made.tree.nr_spans - 1].failed = true;
	expect(&made, "sk_alloc", "no memory for the sock");
	make_tree(&made, 1);
	made.record.ret = -EMFILE;
	add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 10, -EMFILE);
	expect(&made, "__sys_socketpair", "no descriptor is left");
}

/* What counts is what __sock_create() got, not what was asked for. */
static void another_protocol_than_asked_for(void **state)
{
	struct made_tree made;
	struct wire_differences *differences;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, IPPROTO_TCP, ENOPROTOOPT);
	add_family(&made, -ENOPROTOOPT);
	expect(&made, "any_create", "");
	differences = add_differences(&made);
	differences->protocol = 262;
	expect(&made, "any_create", "");
	differences->has_protocol = 1;
	expect(&made, "any_create", "MPTCP is switched off");
	make_failed(&made, AF_INET, SOCK_STREAM, 262, ENOPROTOOPT);
	add_family(&made, -ENOPROTOOPT);
	differences = add_differences(&made);
	differences->has_protocol = 1;
	differences->protocol = IPPROTO_TCP;
	expect(&made, "any_create", "");
}

/* Make a request of io_uring that has failed in its outermost function, and return that. */
static int make_request(struct made_tree *made, enum stage stage, int type, int error)
{
	make_tree(made, 1);
	made->record.via = VIA_IO_URING;
	made->record.type = type;
	made->record.ret = -error;
	return add_span(made, stage, TREE_NO_SPAN, 0, 10, -error);
}

static void requests_of_io_uring(void **state)
{
	struct made_tree made;
	int root;

	(void)state;
	make_request(&made, STAGE_IO_SOCKET, SOCK_STREAM, EMFILE);
	made.record.descriptor_limit = 64;
	expect_only(&made, "io_socket", "no descriptor is left: the limit (RLIMIT_NOFILE) is 64");
	root = make_request(&made, STAGE_IO_SOCKET, SOCK_STREAM, ENFILE);
	made.record.flags = WIRE_DIRECT;
	add_span(&made, STAGE_SYS_SOCKET_FILE, root, 1, 2, POINTER_VALID);
	add_span(&made, STAGE_IO_FIXED_FD_INSTALL, root, 4, 2, -ENFILE);
	expect(&made, "io_fixed_fd_install", "no slot for a direct descriptor is free");
	make_request(&made, STAGE_IO_SOCKET_PREP, SOCK_STREAM | SOCK_CLOEXEC, EINVAL);
	expect(&made, "io_socket_prep", "the request has fields set");
	made.record.flags = WIRE_DIRECT;
	expect(&made, "io_socket_prep", "a direct descriptor can't have SOCK_CLOEXEC");
	made.record.type |= 0x10000;
	expect(&made, "io_socket_prep", "the type has bits");
	make_request(&made, STAGE_IO_ACCEPT, SOCK_STREAM, EMFILE);
	expect_only(&made, "io_accept", "no descriptor is left");
}

/*
 * The arguments of the call say nothing about a socket that is made within the creation of another.
 */
static void nested_creations_are_not_explained(void **state)
{
	struct made_tree made;
	int nested;

	(void)state;
	make_failed(&made, AF_INET, SOCK_RAW, 0, EPERM);
	nested = add_span(&made, STAGE_SOCK_CREATE, add_family(&made, -EPERM), 70, 50, -EPERM);
	made.tree.spans[add_span(&made, STAGE_FAMILY_CREATE, nested, 75, 5, -EPERM)].family =
		AF_INET;
	expect(&made, "family_create", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_has_no_reason),
		cmocka_unit_test(arguments_that_nothing_has),
		cmocka_unit_test(errors_of_families),
		cmocka_unit_test(bits_that_are_no_flags),
		cmocka_unit_test(missing_capability),
		cmocka_unit_test(security_modules),
		cmocka_unit_test(security_modules_that_are_active),
		cmocka_unit_test(hooks_of_security_modules),
		cmocka_unit_test(hook_of_bpf_programs),
		cmocka_unit_test(security_module_of_a_pair),
		cmocka_unit_test(cgroup_program),
		cmocka_unit_test(what_was_not_observed),
		cmocka_unit_test(errors_that_become_others),
		cmocka_unit_test(nothing_left),
		cmocka_unit_test(another_protocol_than_asked_for),
		cmocka_unit_test(requests_of_io_uring),
		cmocka_unit_test(nested_creations_are_not_explained),
	};

	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}

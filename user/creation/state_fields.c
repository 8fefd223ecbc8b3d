// SPDX-License-Identifier: GPL-2.0
#include "creation/state_fields.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "names/names.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

struct field {
	const char *key;
	enum state_object object;
	enum state_kind kind;
	enum state_object target; /* for KIND_POINTER: the kind of object that it points to */
	size_t offset;		  /* in struct wire_snapshot */
	size_t size;
	bool is_signed;
};

#define NUMBER(id, key, object, member)                               \
	[FIELD_##id] = { key,                                         \
			 STATE_##object,                              \
			 KIND_NUMBER,                                 \
			 0,                                           \
			 offsetof(struct wire_snapshot, member),      \
			 sizeof(((struct wire_snapshot *)0)->member), \
			 false }
#define SIGNED(id, key, object, member)                          \
	[FIELD_##id] = { key,                                    \
			 STATE_##object,                         \
			 KIND_NUMBER,                            \
			 0,                                      \
			 offsetof(struct wire_snapshot, member), \
			 sizeof(__s32),                          \
			 true }
#define SYMBOL(id, key, object, member)                          \
	[FIELD_##id] = { key,                                    \
			 STATE_##object,                         \
			 KIND_SYMBOL,                            \
			 0,                                      \
			 offsetof(struct wire_snapshot, member), \
			 sizeof(__u64),                          \
			 false }
#define POINTER(id, key, object, member, target)                 \
	[FIELD_##id] = { key,                                    \
			 STATE_##object,                         \
			 KIND_POINTER,                           \
			 STATE_##target,                         \
			 offsetof(struct wire_snapshot, member), \
			 sizeof(__u64),                          \
			 false }

static const struct field fields[NR_STATE_FIELDS] = {
	NUMBER(SOCKET_STATE, "state", SOCKET, socket_state),
	NUMBER(SOCKET_TYPE, "type", SOCKET, socket_type),
	NUMBER(SOCKET_FLAGS, "flags", SOCKET, socket_flags),
	SYMBOL(SOCKET_OPS, "ops", SOCKET, socket_ops),
	POINTER(SOCKET_SK, "sk", SOCKET, socket_sk, SOCK),
	POINTER(SOCKET_FILE, "file", SOCKET, socket_file, FILE),
	NUMBER(INODE, "inode", SOCKET, inode),
	SIGNED(FD, "fd", SOCKET, fd),
	NUMBER(SK_FAMILY, "family", SOCK, sk_family),
	NUMBER(SK_TYPE, "type", SOCK, sk_type),
	NUMBER(SK_PROTOCOL, "protocol", SOCK, sk_protocol),
	SYMBOL(SK_PROT, "prot", SOCK, sk_prot),
	NUMBER(SK_STATE, "state", SOCK, sk_state),
	SIGNED(SK_RCVBUF, "rcvbuf", SOCK, sk_rcvbuf),
	SIGNED(SK_SNDBUF, "sndbuf", SOCK, sk_sndbuf),
	NUMBER(SK_REFCNT, "refcnt", SOCK, sk_refcnt),
	NUMBER(SK_NETNS, "netns", SOCK, sk_netns),
	NUMBER(SK_MARK, "mark", SOCK, sk_mark),
	NUMBER(SK_CGROUP, "cgroup_id", SOCK, sk_cgroup),
	POINTER(SK_SOCKET, "socket", SOCK, sk_socket, SOCKET),
	SYMBOL(SK_DESTRUCT, "destruct", SOCK, sk_destruct),
};

const char *state_field__key(enum state_field field)
{
	return fields[field].key;
}

enum state_object state_field__object(enum state_field field)
{
	return fields[field].object;
}

enum state_kind state_field__kind(enum state_field field)
{
	return fields[field].kind;
}

bool state_field__is_signed(enum state_field field)
{
	return fields[field].is_signed;
}

bool state_field__is_pointer(enum state_field field)
{
	return fields[field].kind != KIND_NUMBER;
}

enum state_object state_field__target(enum state_field field)
{
	return fields[field].target;
}

bool state_field__is_valid(enum state_field field, const struct wire_snapshot *snapshot)
{
	switch (field) {
	case FIELD_SOCKET_TYPE:
		return snapshot->flags & WIRE_HAS_TYPE;
	case FIELD_SK_CGROUP:
		return snapshot->flags & WIRE_HAS_CGROUP;
	default:
		return true;
	}
}

bool state_field__is_same(enum state_field field, const struct wire_snapshot *a,
			  const struct wire_snapshot *b)
{
	return state_field__is_valid(field, a) == state_field__is_valid(field, b) &&
	       state_field__number(field, a) == state_field__number(field, b);
}

__u64 state_field__number(enum state_field field, const struct wire_snapshot *snapshot)
{
	const char *at = (const char *)snapshot + fields[field].offset;
	__u64 wide;
	__u32 word;
	__u16 half;

	switch (fields[field].size) {
	case sizeof(wide):
		memcpy(&wide, at, sizeof(wide));
		return wide;
	case sizeof(word):
		memcpy(&word, at, sizeof(word));
		return fields[field].is_signed ? (__u64)(__s64)(__s32)word : word;
	case sizeof(half):
		memcpy(&half, at, sizeof(half));
		return half;
	default:
		return *(const unsigned char *)at;
	}
}

/* This mirrors enum socket_state in include/uapi/linux/net.h. */
static const char *const socket_states[] = {
	"SS_FREE", "SS_UNCONNECTED", "SS_CONNECTING", "SS_CONNECTED", "SS_DISCONNECTING",
};

/* This mirrors the enum in include/net/tcp_states.h. */
static const char *const tcp_states[] = {
	NULL,
	"TCP_ESTABLISHED",
	"TCP_SYN_SENT",
	"TCP_SYN_RECV",
	"TCP_FIN_WAIT1",
	"TCP_FIN_WAIT2",
	"TCP_TIME_WAIT",
	"TCP_CLOSE",
	"TCP_CLOSE_WAIT",
	"TCP_LAST_ACK",
	"TCP_LISTEN",
	"TCP_CLOSING",
	"TCP_NEW_SYN_RECV",
	"TCP_BOUND_INACTIVE",
};

static void put_name(const char *const *table, size_t size, __u64 number, char *name)
{
	if (number < size && table[number])
		strcpy(name, table[number]);
}

/* Most families use the states of TCP; these have states of their own. */
static bool has_tcp_states(const struct wire_snapshot *snapshot)
{
	switch (snapshot->sk_family) {
	case AF_BLUETOOTH:
	case AF_IUCV:
	case AF_NFC:
	case AF_SMC:
		return false;
	default:
		return strncmp(snapshot->sk_prot_name, "SMC", 3);
	}
}

void state_field__name_number(enum state_field field, const struct wire_snapshot *snapshot,
			      const struct socket_flags *flags, char *name)
{
	name[0] = '\0';
	switch (field) {
	case FIELD_SOCKET_STATE:
		put_name(socket_states, NR(socket_states), snapshot->socket_state, name);
		break;
	case FIELD_SOCKET_TYPE:
		name_of_type(snapshot->socket_type, name);
		break;
	case FIELD_SOCKET_FLAGS:
		socket_flags__put(flags, snapshot->socket_flags, name, STATE_VALUE_SIZE);
		break;
	case FIELD_SK_FAMILY:
		name_of_family(snapshot->sk_family, name);
		break;
	case FIELD_SK_TYPE:
		name_of_type(snapshot->sk_type, name);
		break;
	case FIELD_SK_PROTOCOL:
		name_of_protocol(snapshot->sk_family, snapshot->sk_protocol, name);
		break;
	case FIELD_SK_STATE:
		if (has_tcp_states(snapshot))
			put_name(tcp_states, NR(tcp_states), snapshot->sk_state, name);
		break;
	default:
		break;
	}
	/* The functions that write names write the number if it has no name. */
	if (name[0] >= '0' && name[0] <= '9')
		name[0] = '\0';
}

// Loads for bench/netboot: many machines that boot, in one thread, so that most of the processors is the server's.
// netboot offers INTERFACE MACHINES SECONDS            PXE DISCOVERs by broadcast; offers a second
// netboot leases SERVER RELAY SECONDS CLIENTS          DISCOVER, OFFER, REQUEST, ACK of new machines behind a relay; leases a second
// netboot seen SERVER ADDRESS                          iPXE of 02:00:00:00:47:11 asks from that address, so that it may have its script
// netboot tftp SERVER FILE CLIENTS SECONDS BLOCK WINDOW  megabytes and files a second, and how often a client had to ask again
// netboot syslog udp|tcp SERVER PORT SECONDS LINES      lines a second sent, at most LINES (0: as many as go)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in address(const char *text, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, text, &a.sin_addr) != 1) {
    fprintf(stderr, "%s is no address\n", text);
    exit(2);
  }
  return a;
}

static int udp(void) {
  int s = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20; // without SO_REUSEADDR, by which the kernel gives two the same port
  if (s < 0) fail("socket");
  setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  return s;
}

static void patience(int s, int milliseconds) {
  struct timeval t = {milliseconds / 1000, milliseconds % 1000 * 1000};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

// ---- DHCP

static int header(unsigned char *b, unsigned xid, unsigned machine, int broadcast, unsigned relay) {
  memset(b, 0, 240);
  b[0] = 1, b[1] = 1, b[2] = 6, b[3] = relay ? 1 : 0;
  unsigned x = htonl(xid), m = htonl(machine);
  memcpy(b + 4, &x, 4);
  if (broadcast) b[10] = 0x80;
  memcpy(b + 24, &relay, 4);
  b[28] = 2;
  memcpy(b + 30, &m, 4);
  b[240 - 4] = 99, b[237] = 130, b[238] = 83, b[239] = 99;
  return 240;
}

static int put(unsigned char *b, int n, int code, int length, const void *value) {
  b[n] = code, b[n + 1] = length;
  memcpy(b + n + 2, value, length);
  return n + 2 + length;
}

static const unsigned char *option(const unsigned char *b, int length, int code) {
  for (int i = 240; i + 1 < length && b[i] != 255; i += b[i] ? b[i + 1] + 2 : 1)
    if (b[i] == code) return b + i;
  return 0;
}

static int discover(unsigned char *b, unsigned xid, unsigned machine, unsigned relay, int pxe) {
  int n = header(b, xid, machine, !relay, relay);
  n = put(b, n, 53, 1, "\1");
  n = put(b, n, 55, 7, "\1\3\6\17\103\102\53");
  if (pxe) {
    n = put(b, n, 60, 32, "PXEClient:Arch:00000:UNDI:002001");
    n = put(b, n, 93, 2, "\0\0");
    n = put(b, n, 94, 3, "\1\2\1");
    unsigned char uuid[17] = {0};
    memcpy(uuid + 13, &machine, 4);
    n = put(b, n, 97, 17, uuid);
  }
  b[n++] = 255;
  return n < 300 ? memset(b + n, 0, 300 - n), 300 : n;
}

static void offers(char **v) {
  int s = udp(), one = 1, window = 64, machines = atoi(v[1]);
  setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
  if (setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, v[0], strlen(v[0]) + 1)) fail("bind to the interface");
  struct sockaddr_in here = address("0.0.0.0", 68), all = address("255.255.255.255", 67);
  if (bind(s, (void *)&here, sizeof here)) fail("port 68");
  patience(s, 100);
  unsigned char b[1500];
  unsigned next = 0;
  long got = 0, lost = 0;
  double begin = now(), end = begin + atof(v[2]);
  int out = 0;
  while (now() < end) {
    for (; out < window; out++, next++) {
      int n = discover(b, 0x10000000 | next, 1 + next % machines, 0, 1);
      if (sendto(s, b, n, 0, (void *)&all, sizeof all) < 0) fail("send");
    }
    int r = recv(s, b, sizeof b, 0);
    if (r < 0) {
      lost += out, out = 0;
      continue;
    }
    const unsigned char *type = r > 240 ? option(b, r, 53) : 0;
    if (b[0] == 2 && type && type[2] == 2) got++, out--;
    if (out < 0) out = 0;
  }
  printf("%.0f offers/s, %ld unanswered\n", got / (now() - begin), lost);
}

static void seen(char **v) {
  struct sockaddr_in server = address(v[0], 4011), own = address(v[1], 0);
  int s = udp();
  if (bind(s, (void *)&own, sizeof own)) fail("bind");
  patience(s, 1000);
  unsigned char b[1500];
  int n = header(b, 1, 0x4711, 0, 0);
  memcpy(b + 12, &own.sin_addr, 4);
  n = put(b, n, 53, 1, "\3");
  n = put(b, n, 60, 32, "PXEClient:Arch:00000:UNDI:002001");
  n = put(b, n, 93, 2, "\0\0");
  n = put(b, n, 77, 4, "iPXE");
  b[n++] = 255;
  if (n < 300) memset(b + n, 0, 300 - n), n = 300;
  for (int i = 0; i < 10; i++) {
    sendto(s, b, n, 0, (void *)&server, sizeof server);
    if (recv(s, b + 700, 700, 0) > 240) return;
  }
  fprintf(stderr, "iPXE got no answer\n");
  exit(1);
}

struct client {
  unsigned machine, xid, your, server;
  int stage;
  double at;
};

static void leases(char **v) {
  struct sockaddr_in server = address(v[0], 67), relay = address(v[1], 67);
  int s = udp(), clients = atoi(v[3]);
  if (bind(s, (void *)&relay, sizeof relay)) fail("the relay's port 67");
  patience(s, 20);
  struct client *all = calloc(clients, sizeof *all);
  unsigned machine = (unsigned)time(0) << 17, serial = 0; // none that a run before this had, at up to 131072 a second
  unsigned char b[1500];
  long given = 0, again = 0, refused = 0;
  double begin = now(), end = begin + atof(v[2]), look = 0;
  for (;;) {
    double t = now();
    if (t >= end) break;
    if (t >= look) { // who is silent asks again
      look = t + 0.25;
      for (int i = 0; i < clients; i++) {
        struct client *c = all + i;
        if (c->stage && t - c->at < 1) continue;
        if (c->stage) again++;
        if (!c->stage) c->machine = ++machine;
        c->stage = 1, c->at = t, c->xid = (++serial * 4096u) | (unsigned)i;
        int n = discover(b, c->xid, c->machine, relay.sin_addr.s_addr, 0);
        sendto(s, b, n, 0, (void *)&server, sizeof server);
      }
    }
    int r = recv(s, b, sizeof b, 0);
    if (r <= 240 || b[0] != 2) continue;
    unsigned xid;
    memcpy(&xid, b + 4, 4);
    xid = ntohl(xid);
    struct client *c = all + (xid & 4095);
    if ((int)(xid & 4095) >= clients || c->xid != xid) continue;
    const unsigned char *type = option(b, r, 53), *id = option(b, r, 54);
    if (!type) continue;
    if (type[2] == 2 && c->stage == 1 && id) {
      memcpy(&c->your, b + 16, 4);
      memcpy(&c->server, id + 2, 4);
      int n = header(b, xid, c->machine, 0, relay.sin_addr.s_addr);
      n = put(b, n, 53, 1, "\3");
      n = put(b, n, 50, 4, &c->your);
      n = put(b, n, 54, 4, &c->server);
      n = put(b, n, 55, 7, "\1\3\6\17\103\102\53");
      b[n++] = 255;
      if (n < 300) memset(b + n, 0, 300 - n), n = 300;
      c->stage = 2, c->at = now();
      sendto(s, b, n, 0, (void *)&server, sizeof server);
    } else if (c->stage == 2 && (type[2] == 5 || type[2] == 6)) {
      if (type[2] == 5) given++;
      else refused++;
      c->machine = ++machine;
      c->stage = 1, c->at = now(), c->xid = (++serial * 4096u) | (xid & 4095);
      int n = discover(b, c->xid, c->machine, relay.sin_addr.s_addr, 0);
      sendto(s, b, n, 0, (void *)&server, sizeof server);
    }
  }
  printf("%.0f leases/s, %ld asked again, %ld refused\n", given / (now() - begin), again, refused);
}

// ---- TFTP

struct reader {
  int socket, block, window, inside, connected, tries;
  unsigned short expected;
  double at;
};

static struct sockaddr_in tftp_server;
static char request[600];
static int request_length, epoll;

static void ask(struct reader *c, int index, int block, int window) {
  if (c->socket > 0) close(c->socket);
  c->socket = udp();
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = index};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->socket, &e)) fail("epoll");
  c->block = 512, c->window = 1, c->inside = 0, c->connected = 0, c->tries = 0, c->expected = 1, c->at = now();
  (void)block, (void)window;
  sendto(c->socket, request, request_length, 0, (void *)&tftp_server, sizeof tftp_server);
}

static void acknowledge(struct reader *c, unsigned short block) {
  unsigned char ack[4] = {0, 4, block >> 8, block & 255};
  send(c->socket, ack, 4, 0);
  c->inside = 0;
}

static void tftp(char **v) {
  int clients = atoi(v[2]), block = atoi(v[4]), window = atoi(v[5]);
  tftp_server = address(v[0], 69);
  request[1] = 1, request_length = 2;
  request_length += sprintf(request + request_length, "%s", v[1]) + 1;
  request_length += sprintf(request + request_length, "octet") + 1;
  if (block != 512) {
    request_length += sprintf(request + request_length, "blksize") + 1;
    request_length += sprintf(request + request_length, "%d", block) + 1;
  }
  if (window > 1) {
    request_length += sprintf(request + request_length, "windowsize") + 1;
    request_length += sprintf(request + request_length, "%d", window) + 1;
  }
  epoll = epoll_create1(0);
  struct reader *all = calloc(clients, sizeof *all);
  for (int i = 0; i < clients; i++) ask(all + i, i, block, window);
  double begin = now(), end = begin + atof(v[3]), look = begin + 0.25;
  long bytes = 0, files = 0, again = 0, errors = 0;
  unsigned char b[70000];
  struct epoll_event events[256];
  while (now() < end) {
    int n = epoll_wait(epoll, events, 256, 50);
    for (int k = 0; k < n; k++) {
      int index = events[k].data.u32;
      struct reader *c = all + index;
      for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        int r = recvfrom(c->socket, b, sizeof b, MSG_DONTWAIT, (void *)&from, &length);
        if (r < 4) break;
        if (!c->connected) {
          if (connect(c->socket, (void *)&from, sizeof from)) fail("connect");
          c->connected = 1;
        }
        c->at = now(), c->tries = 0;
        if (b[1] == 6) {
          for (char *q = (char *)b + 2; q < (char *)b + r;) {
            char *name = q, *value = q + strlen(q) + 1;
            q = value + strlen(value) + 1;
            if (!strcasecmp(name, "blksize")) c->block = atoi(value);
            if (!strcasecmp(name, "windowsize")) c->window = atoi(value);
          }
          acknowledge(c, 0);
        } else if (b[1] == 5) {
          errors++;
          ask(c, index, block, window);
          break;
        } else if (b[1] == 3) {
          unsigned short number = b[2] << 8 | b[3];
          if (number != c->expected) {
            if ((short)(number - c->expected) > 0 && c->inside >= 0) {
              acknowledge(c, c->expected - 1);
              c->inside = -1; // once for what is missing
            }
            continue;
          }
          if (c->inside < 0) c->inside = 0;
          bytes += r - 4;
          c->expected++;
          int last = r - 4 < c->block;
          if (last || ++c->inside >= c->window) acknowledge(c, number);
          if (last) {
            files++;
            ask(c, index, block, window);
            break;
          }
        }
      }
    }
    double t = now();
    if (t < look) continue;
    look = t + 0.25;
    for (int i = 0; i < clients; i++) {
      struct reader *c = all + i;
      if (t - c->at < 1) continue;
      again++, c->at = t;
      if (++c->tries > 5) errors++, ask(c, i, block, window);
      else if (c->connected) acknowledge(c, c->expected - 1);
      else sendto(c->socket, request, request_length, 0, (void *)&tftp_server, sizeof tftp_server);
    }
  }
  double took = now() - begin;
  printf("%.1f MB/s, %.0f files/s, %ld asked again, %ld errors\n", bytes / took / 1e6, files / took, again, errors);
}

// ---- syslog

#define BATCH 64
static void lines(char **v) {
  int stream = !strcmp(v[0], "tcp");
  struct sockaddr_in server = address(v[1], atoi(v[2]));
  double seconds = atof(v[3]), rate = atof(v[4]);
  int s = stream ? socket(AF_INET, SOCK_STREAM, 0) : udp();
  if (connect(s, (void *)&server, sizeof server)) fail("connect");
  static char text[BATCH][200], joined[BATCH * 200];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  long sent = 0;
  double begin = now(), end = begin + seconds;
  while (now() < end) {
    if (rate > 0 && sent >= rate * (now() - begin)) {
      struct timespec nap = {0, 500000};
      nanosleep(&nap, 0);
      continue;
    }
    int at = 0;
    for (int i = 0; i < BATCH; i++) {
      int n = sprintf(text[i], "<30>Nov 21 15:00:00 rack1-07 sshd[4711]: Accepted publickey for root from 10.0.0.9 port %ld ssh2", sent + i);
      if (stream) {
        memcpy(joined + at, text[i], n);
        at += n;
        joined[at++] = '\n';
      }
      parts[i] = (struct iovec){text[i], n};
      messages[i].msg_hdr.msg_iov = parts + i, messages[i].msg_hdr.msg_iovlen = 1;
    }
    if (stream) {
      for (int from = 0; from < at;) {
        int n = send(s, joined + from, at - from, 0);
        if (n < 0) fail("send");
        from += n;
      }
      sent += BATCH;
    } else {
      int n = sendmmsg(s, messages, BATCH, 0);
      if (n < 0 && errno != ECONNREFUSED) fail("send");
      sent += n > 0 ? n : 0;
    }
  }
  printf("%ld %.3f\n", sent, now() - begin);
}

int main(int c, char **v) {
  if (c == 5 && !strcmp(v[1], "offers")) offers(v + 2);
  else if (c == 6 && !strcmp(v[1], "leases")) leases(v + 2);
  else if (c == 4 && !strcmp(v[1], "seen")) seen(v + 2);
  else if (c == 8 && !strcmp(v[1], "tftp")) tftp(v + 2);
  else if (c == 7 && !strcmp(v[1], "syslog")) lines(v + 2);
  else {
    fprintf(stderr, "see the top of bench/netboot.c\n");
    return 2;
  }
}

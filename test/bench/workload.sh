#!/bin/bash
# everyday work: listing, searching, small files, sockets, a compiler
end=$((SECONDS+${1:-15}))
d=$(mktemp -d)
while [ $SECONDS -lt $end ]; do
  find /usr/share/doc -maxdepth 2 -name '*a*' >/dev/null; grep -rl needle /etc >/dev/null 2>&1
  for i in 1 2 3 4 5 6 7 8 9 10; do echo $i > $d/f$i; cat $d/f$i >/dev/null; cp $d/f$i $d/g$i; mv $d/g$i $d/h$i; chmod 600 $d/h$i; done
  rm -f $d/h*; ls -la $d | sort | head -3 >/dev/null; id >/dev/null; uname -a >/dev/null; date >/dev/null
  python3 -c "
import socket
s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); 
for i in range(20):
  c=socket.create_connection(s.getsockname()); a,_=s.accept(); c.close(); a.close()
u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.sendto(b'x',('127.0.0.1',9))
"
  echo 'int main(){return 0;}' > $d/a.c; gcc -o $d/a $d/a.c && $d/a; sh -c 'true; exit 0'; awk 'BEGIN{print 1}' >/dev/null
done
rm -rf $d

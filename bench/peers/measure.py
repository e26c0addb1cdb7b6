# CPU seconds (user + system) and peak memory of a command, as the operating system counted them for it and all its children:
# python measure.py COMMAND ... prints what the command prints, then one line of JSON on standard error. Its exit code is the command's.
import json, resource, subprocess, sys

code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * unit / 1048576}), file=sys.stderr)
sys.exit(code)

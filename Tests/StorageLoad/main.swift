import GatewayCore
import GatewayStorage
import Glibc

// storage_load run PATH RECORDS_PER_SECOND     writes until killed; prints "handed written" as it goes
// storage_load fill PATH COUNT HOURS           writes COUNT records spread over the last HOURS, and the time it took

let arguments = CommandLine.arguments
guard arguments.count >= 4, let number = Int(arguments[3]) else {
    say("storage_load run PATH RECORDS_PER_SECOND | fill PATH COUNT HOURS")
    exit(64)
}
switch arguments[1] {
case "run": Load(path: arguments[2]).run(perSecond: number)
default: Load(path: arguments[2]).fill(count: number, hours: arguments.count > 4 ? Int(arguments[4]) ?? 24 : 24)
}

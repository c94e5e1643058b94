using BackupPortal.Cli;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Repository;

// What no user waits for leaves the processor to those who are at work. Restores are for those who do wait.
if (args is ["backup" or "verify" or "prune", ..])
    BackgroundProcess.Begin();
if (args is ["backup", ..])
    HeadStart.Begin(BackupRehearsal.RunAsync);

// Everything the program can do; each command is a class of its own in Cli/. The portal itself is `serve`: see Hosting/PortalHost.cs.
return await new CommandLine(
    new ServeCommand(),
    new TenantCommand(),
    new BackupCommand(),
    new ListCommand(),
    new ShowCommand(),
    new CompareCommand(),
    new VerifyCommand(),
    new PruneCommand(),
    new RestoreCommand(),
    new UndoCommand(),
    new ExportCommand(),
    new ImportCommand(),
    new QuarantineCommand(),
    new MaintenanceCommand(),
    new WebhookCommand(),
    new KeyCommand(),
    new RepositoryCommand(),
    new UserCommand()).RunAsync(args);

using BackupPortal.Cli;

// Everything the program can do; each command is a class of its own in Cli/. The portal itself is `serve`: see Hosting/PortalHost.cs.
return await new CommandLine(
    new ServeCommand(),
    new TenantCommand(),
    new BackupCommand(),
    new ListCommand(),
    new ShowCommand(),
    new VerifyCommand(),
    new PruneCommand(),
    new RestoreCommand(),
    new UndoCommand(),
    new MaintenanceCommand(),
    new KeyCommand(),
    new UserCommand()).RunAsync(args);

namespace BackupPortal.MaintenanceMode;

/// <summary>On an endpoint of a tenant that waiting people need, such as its status: answered also in maintenance mode.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OpenInMaintenanceAttribute : Attribute;

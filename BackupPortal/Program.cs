var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
var app = builder.Build();
app.MapGet("/", () => Microsoft.Data.Sqlite.SqliteFactory.Instance.ToString());
app.Run();

using BackupPortal.Components.Layout;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Sources;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Data;

/// <summary>The live data, read-only. Table, page and search are in the address, so that going back works and a view can be passed on.</summary>
public sealed partial class DataPage
{
    private const int RowsPerPage = 50;

    private IReadOnlyList<TableDescription>? tables;
    private TablePage? page;
    private FriendlyNames names = FriendlyNames.None;
    private bool isUnavailable;

    [Inject]
    private LiveDatabases Live { get; set; } = default!;

    [Inject]
    private FriendlyNameStore Names { get; set; } = default!;

    /// <summary>Null for the list of tables.</summary>
    [SupplyParameterFromQuery(Name = "table")]
    private string? Table { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    /// <summary>Narrows the list of tables.</summary>
    [SupplyParameterFromQuery(Name = "find")]
    private string? Find { get; set; }

    private int Number => Math.Max(1, PageNumber ?? 1);

    private protected override object? LoadsFor => (Table, Number, Search);

    private protected override async Task LoadAsync()
    {
        tables = null;
        page = null;
        isUnavailable = true;
        names = await Names.GetAsync(Tenant.Id, Gone);
        await TryAsync(async () =>
        {
            // Open for as short as reading one page takes: a restore waits for readers.
            await using var reader = await Live.OpenReaderAsync(Tenant, Gone);
            isUnavailable = false;
            if (Table is null)
                tables = await TableBrowser.ListTablesAsync(reader.Connection, Gone);
            else
                page = await TableBrowser.ReadPageAsync(reader.Connection, new TablePageRequest(Table, Number - 1, RowsPerPage, Search), Gone);
        });
    }

    private string AddressOf(string table) => $"{PortalAddress.Data(Tenant.Slug)}?table={Uri.EscapeDataString(table)}";

    private string PageAddress(int number) =>
        AddressOf(Table!) + (number > 1 ? $"&page={number}" : "") + (string.IsNullOrEmpty(Search) ? "" : $"&q={Uri.EscapeDataString(Search)}");
}

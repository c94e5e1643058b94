namespace BackupPortal.Components.Shared;

/// <summary>The drawings of <see cref="Icon"/>, on a grid of 24.</summary>
internal static class IconPaths
{
    private const string ShieldOutline = """<path d="M12 3 4.5 5.8v5.4c0 4.6 3 8.2 7.5 9.8 4.5-1.6 7.5-5.2 7.5-9.8V5.8z"/>""";

    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["shield-check"] = ShieldOutline + """<path d="m8.6 11.8 2.4 2.4 4.4-4.6"/>""",
        ["shield-alert"] = ShieldOutline + """<path d="M12 8v4.4"/><path d="M12 15.6v.1"/>""",
        ["shield-off"] = ShieldOutline + """<path d="m9.4 9.4 5.2 5.2m0-5.2-5.2 5.2"/>""",
        ["home"] = """<path d="m4 11 8-7 8 7"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-6h4v6"/>""",
        ["archive"] = """<rect x="3.5" y="4" width="17" height="5" rx="1"/><path d="M5 9v10a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V9"/><path d="M10 13h4"/>""",
        ["undo"] = """<path d="M4 9h10a5.5 5.5 0 0 1 0 11h-4"/><path d="M8 5 4 9l4 4"/>""",
        ["restore"] = """<path d="M4.5 12a7.5 7.5 0 1 0 2.6-5.7L4.5 8.6"/><path d="M4.5 4v4.6h4.6"/><path d="M12 8v4.3l2.8 1.7"/>""",
        ["activity"] = """<path d="M3 12h4l3-7.5 4.2 15L17.2 12H21"/>""",
        ["table"] = """<rect x="3.5" y="4.5" width="17" height="15" rx="1.5"/><path d="M3.5 9.5h17M3.5 14.5h17M10 9.5v10"/>""",
        ["settings"] = """<circle cx="12" cy="12" r="3"/><path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M6 18l2.1-2.1M15.9 8.1 18 6"/>""",
        ["server"] = """<rect x="3.5" y="4" width="17" height="6.5" rx="1.5"/><rect x="3.5" y="13.5" width="17" height="6.5" rx="1.5"/><path d="M7.2 7.2v.1M7.2 16.7v.1"/>""",
        ["school"] = """<path d="M12 4 2.5 9 12 14l9.5-5z"/><path d="M6.5 11.2V16c1.6 1.6 3.5 2.3 5.5 2.3s3.9-.7 5.5-2.3v-4.8"/>""",
        ["plus"] = """<path d="M12 5v14M5 12h14"/>""",
        ["check"] = """<path d="m5 12.5 4.5 4.500L19 7.5"/>""",
        ["cross"] = """<path d="m6 6 12 12M18 6 6 18"/>""",
        ["alert"] = """<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.2"/><path d="M12 17v.1"/>""",
        ["info"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5"/><path d="M12 7.800v.1"/>""",
        ["clock"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.200l3.4 2"/>""",
        ["pause"] = """<circle cx="12" cy="12" r="8.5"/><path d="M10 9v6M14 9v6"/>""",
        ["stop"] = """<circle cx="12" cy="12" r="8.5"/><rect x="9" y="9" width="6" height="6" rx=".5"/>""",
        ["spark"] = """<path d="M12 3.500v4M12 16.500v4M3.5 12h4M16.5 12h4"/><circle cx="12" cy="12" r="2.5"/>""",
        ["menu"] = """<path d="M4 7h16M4 12h16M4 17h16"/>""",
        ["search"] = """<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>""",
        ["display"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 3.500a8.5 8.5 0 0 1 0 17z" fill="currentColor"/>""",
        ["person"] = """<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20.500c1-4 4-6 7.5-6s6.5 2 7.5 6"/>""",
        ["copy"] = """<rect x="8.5" y="8.5" width="11" height="11" rx="1.5"/><path d="M15.5 8.500v-3a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3"/>""",
        ["download"] = """<path d="M12 4v11M7 10.500l5 5 5-5"/><path d="M4.5 19.500h15"/>""",
        ["upload"] = """<path d="M12 15.500V4.500M7 9.500l5-5 5 5"/><path d="M4.5 19.500h15"/>""",
        ["chevron-down"] = """<path d="m6 9.5 6 6 6-6"/>""",
        ["arrow-right"] = """<path d="M5 12h14M13 6l6 6-6 6"/>""",
        ["arrow-left"] = """<path d="M19 12H5M11 6l-6 6 6 6"/>""",
        ["lock"] = """<rect x="5" y="10.5" width="14" height="10" rx="1.5"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.5"/>""",
    };

    public static string Of(string name) => Paths[name];
}

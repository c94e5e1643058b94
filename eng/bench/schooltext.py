# For the benchmark: names, addresses and sentences for schoolsim.py.
"""Word lists and text generators for the synthetic school database (original work)."""
import itertools

FIRST_M = """Lukas Leon Finn Jonas Paul Elias Felix Noah Maximilian Ben Luca Emil Moritz Anton Theo Jakob Oskar Henry
Julian David Samuel Matteo Jonathan Linus Philipp Alexander Niklas Simon Tim Tom Erik Fabian Johannes Vincent Karl
Friedrich Mats Levi Milan Emir Yusuf Mehmet Ali Omar Karim Piotr Jakub Mateusz Dmitri Andrei Luan Arda Can Ivan
Nico Marlon Hannes Bruno Ludwig Konstantin Bastian Sebastian Florian Tobias Michael Thomas Stefan Andreas Markus
Christian Martin Peter Klaus Jürgen Wolfgang Uwe Rainer Bernd Holger Dirk Frank Ralf Matthias Daniel Jan""".split()
FIRST_F = """Emma Mia Hannah Sophia Lina Emilia Marie Lena Mila Anna Clara Ella Lea Leonie Johanna Ida Charlotte Frieda
Mathilda Lilly Amelie Luisa Nele Greta Laura Sarah Julia Maja Paula Elisa Helena Antonia Pia Victoria Nora Theresa
Katharina Isabella Melina Zoe Jana Merle Ronja Carla Aylin Elif Zeynep Fatma Amina Layla Maryam Zofia Maja Olga
Daria Alina Valentina Chiara Giulia Ines Sofia Rosa Martha Elsa Franziska Magdalena Annika Svenja Kerstin Sabine
Petra Monika Gabriele Susanne Birgit Andrea Claudia Nicole Stefanie Melanie Christina Ulrike Heike Anja Silke""".split()
LAST = """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein
Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier
Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß
Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht
Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich
Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer
Arnold Wolff Pfeiffer Yilmaz Kaya Demir Çelik Şahin Öztürk Aydin Nowak Kowalski Wiśniewski Ivanov Petrov Popescu
Nguyen Tran Hassan Ahmad Ibrahim Haddad Rossi Bianchi Ferrari Silva Santos Garcia Lopez Smith Jones Brown Taylor
Evans Walker Hughes Lindner Ernst Hübner Kramer Förster Nickel Reuter Thiel Ebert Wendt Behrens Petersen Hansen
Jansen Brinkmann Steffens Ahrens Harms Janssen Kock Bruns Wulf Nissen Carstens Detlefsen Thomsen Lorenzen""".split()
STREETS = """Hauptstraße Schulstraße Gartenstraße Bahnhofstraße Dorfstraße Bergstraße Birkenweg Lindenstraße Kirchstraße
Waldstraße Ringstraße Schillerstraße Goethestraße Amselweg Wiesenweg Jahnstraße Buchenweg Finkenweg Mühlenweg
Rosenstraße Mozartstraße Beethovenstraße Lerchenweg Eichenweg Tannenweg Feldstraße Friedhofstraße Industriestraße
Poststraße Blumenstraße Am\u00a0Sportplatz Erlenweg Kastanienallee Königsberger\u00a0Straße Danziger\u00a0Straße
Marktplatz Am\u00a0Bach Sonnenstraße Uferstraße Parkstraße Burgstraße Neue\u00a0Straße Lange\u00a0Straße Am\u00a0Hang
Hermann-Löns-Weg Robert-Koch-Straße Albert-Schweitzer-Straße Breslauer\u00a0Straße Kantstraße Uhlandstraße""".split()
STREETS = [s.replace("\u00a0", " ") for s in STREETS]
CITIES = [("24103", "Kiel"), ("24114", "Kiel"), ("24340", "Eckernförde"), ("24768", "Rendsburg"), ("24534", "Neumünster"),
          ("23552", "Lübeck"), ("24211", "Preetz"), ("24226", "Heikendorf"), ("24161", "Altenholz"), ("24119", "Kronshagen"),
          ("24582", "Bordesholm"), ("24306", "Plön"), ("24321", "Lütjenburg"), ("24217", "Schönberg"), ("24248", "Mönkeberg"),
          ("24107", "Quarnbek"), ("24783", "Osterrönfeld"), ("24376", "Kappeln")]
MAILHOST = ["gmx.de", "web.de", "t-online.de", "gmail.com", "outlook.de", "posteo.de", "icloud.com", "yahoo.de", "freenet.de"]
SUBJECTS = [("D", "Deutsch", "German"), ("M", "Mathematik", "Mathematics"), ("E", "Englisch", "English"),
            ("F", "Französisch", "French"), ("L", "Latein", "Latin"), ("Bio", "Biologie", "Biology"),
            ("Ch", "Chemie", "Chemistry"), ("Ph", "Physik", "Physics"), ("Ge", "Geschichte", "History"),
            ("Ek", "Erdkunde", "Geography"), ("WiPo", "Wirtschaft/Politik", "Economics/Politics"),
            ("Re", "Religion", "Religion"), ("Phil", "Philosophie", "Philosophy"), ("Ku", "Kunst", "Art"),
            ("Mu", "Musik", "Music"), ("Sp", "Sport", "Physical education"), ("Inf", "Informatik", "Computer science"),
            ("Spa", "Spanisch", "Spanish")]
ALLERGY = ["Erdnussallergie", "Laktoseintoleranz", "Heuschnupfen", "Asthma, Notfallspray im Sekretariat", "Bienengiftallergie",
           "Brillenträger", "Diabetes Typ 1, siehe Notfallplan", "LRS-Bescheid liegt vor", "Nachteilsausgleich: 10 % Zeitzuschlag"]

SLOT = {
 "wd": "Montag Dienstag Mittwoch Donnerstag Freitag".split(),
 "wde": "Monday Tuesday Wednesday Thursday Friday".split(),
 "sub": [s[1] for s in SUBJECTS], "sube": [s[2] for s in SUBJECTS],
 "time": ["8 Uhr", "8:45 Uhr", "9:30 Uhr", "10:15 Uhr", "11:20 Uhr", "13:15 Uhr", "14 Uhr", "15:30 Uhr", "18 Uhr", "19:00 Uhr", "19:30 Uhr"],
 "timee": ["8 am", "9.30 am", "10.15 am", "noon", "1.15 pm", "2 pm", "3.30 pm", "6 pm", "7 pm", "7.30 pm"],
 "room": ["der Aula", "der Mensa", "der Turnhalle", "Raum A104", "Raum B212", "Raum C017", "der Bibliothek", "dem Musikraum", "dem Chemiesaal", "dem Lehrerzimmer", "dem Computerraum"],
 "roome": ["the assembly hall", "the canteen", "the gym", "room A104", "room B212", "the library", "the music room", "the science lab", "the computer room"],
 "event": ["der Elternabend", "die Klassenfahrt nach Amrum", "das Sommerfest", "die Bundesjugendspiele", "der Wandertag", "die Theateraufführung der 9. Klassen", "das Weihnachtskonzert", "die Schülervollversammlung", "der Tag der offenen Tür", "das Berufspraktikum", "der Vorlesewettbewerb", "die Mathematik-Olympiade", "der Besuch im Landtag", "die Projektwoche", "der Schwimmunterricht", "das Bewerbungstraining", "die Fahrradprüfung", "die Informationsveranstaltung zur Oberstufe"],
 "evente": ["the parents' evening", "the class trip to Edinburgh", "the summer fair", "sports day", "the school play", "the Christmas concert", "the open day", "the work placement week", "the reading competition", "the maths challenge", "the science fair", "the year 9 assembly"],
 "req": ["eine Sportkleidung mitgeben", "den unterschriebenen Rücklaufzettel bis Freitag abgeben", "wetterfeste Kleidung einpacken", "den Betrag von 12,50 Euro auf das Klassenkonto überweisen", "sich bei der Klassenleitung melden", "die Bücher in der Bibliothek zurückgeben", "den Impfausweis vorlegen", "einen Kuchen für das Buffet mitbringen", "die Einverständniserklärung unterschreiben", "die Telefonnummer für Notfälle aktualisieren", "das Tablet vollständig geladen mitbringen"],
 "reqe": ["bring sports clothes", "return the signed form by Friday", "pack waterproof clothing", "transfer the amount of 12.50 euros to the class account", "contact the form tutor", "return all books to the library", "sign the consent form", "update the emergency phone number", "bring a fully charged tablet"],
 "ill": ["einer Erkältung", "Fieber", "Magen-Darm-Beschwerden", "einem Arzttermin", "Kopfschmerzen", "einer Familienfeier", "einem Zahnarzttermin", "einer Bindehautentzündung", "einem verstauchten Knöchel", "starker Halsschmerzen"],
 "ille": ["a cold", "a high temperature", "a stomach bug", "a doctor's appointment", "a headache", "a family celebration", "a dental appointment", "a sprained ankle", "a sore throat"],
 "hw": ["die Aufgaben auf Seite {n} im Arbeitsheft", "den Aufsatz zum Thema Umweltschutz", "die Vokabeln der Lektion {n}", "das Protokoll zum letzten Versuch", "die Gedichtinterpretation", "die Übungen {n} a bis d", "das Referat über die Weimarer Republik", "die Skizze zum Wasserkreislauf", "die Lektüre bis Kapitel {n}", "die Berichtigung der Klassenarbeit"],
 "hwe": ["the exercises on page {n} of the workbook", "the essay about climate change", "the vocabulary of unit {n}", "the lab report", "the poem analysis", "exercises {n} a to d", "the presentation about the industrial revolution", "the reading up to chapter {n}", "the corrections of the last test"],
 "adj": ["erfreulich", "zufriedenstellend", "leider noch unsicher", "deutlich verbessert", "sehr engagiert", "wechselhaft", "ruhig und konzentriert", "gelegentlich abgelenkt", "hilfsbereit", "vorbildlich", "stark schwankend"],
 "adje": ["encouraging", "satisfactory", "still rather uncertain", "clearly improved", "very committed", "inconsistent", "calm and focused", "easily distracted at times", "helpful", "exemplary"],
 "n": [str(i) for i in range(2, 190)], "d": [str(i) for i in range(1, 29)],
 "mon": "Januar Februar März April Mai Juni September Oktober November Dezember".split(),
 "mone": "January February March April May June September October November December".split(),
 "fn": FIRST_M[:50] + FIRST_F[:50], "ln": LAST,
}
DE = ["am {wd}, dem {d}. {mon}, findet um {time} {event} in {room} statt.", "bitte {req}.", "{fn} fehlt heute wegen {ill}.",
 "die Hausaufgabe in {sub} lautet: {hw}.", "{fn} war im {sub}unterricht in den letzten Wochen {adj}.",
 "wir bitten Sie, {fn} für den {d}. {mon} vom Unterricht zu befreien.", "die Klassenarbeit in {sub} wird auf {wd}, den {d}. {mon}, verschoben.",
 "der Unterricht in {sub} entfällt am {wd} in der {d}. Stunde.", "für Rückfragen erreichen Sie mich {wd}s um {time} in {room}.",
 "vielen Dank für Ihre schnelle Antwort.", "das Ergebnis der letzten Arbeit war {adj}.", "könnten wir uns am {wd} um {time} kurz in {room} treffen?",
 "ich habe die Entschuldigung vom {d}. {mon} erhalten und eingetragen.", "{fn} {ln} hat das Buch mit der Nummer {n} noch nicht zurückgegeben.",
 "wie besprochen sende ich Ihnen die Unterlagen zu.", "die Gruppe trifft sich ab jetzt immer {wd}s in {room}.",
 "leider konnte ich Sie heute telefonisch nicht erreichen.", "wir freuen uns über jede helfende Hand.", "die Kosten betragen {n} Euro pro Kind.",
 "die Vertretung übernimmt Frau {ln}.", "die Vertretung übernimmt Herr {ln}.", "{fn} und {fn} haben sich in der Pause gestritten, die Sache ist aber geklärt.",
 "bis dahin sollten alle {hw} erledigt haben.", "nach den Ferien beginnt das neue Thema in {sub}.", "ich wünsche Ihnen ein schönes Wochenende.",
 "der Förderkurs in {sub} beginnt um {time}.", "das Protokoll der letzten Sitzung liegt in {room} aus.", "{event} muss wegen des Wetters leider ausfallen."]
EN = ["{evente} will take place in {roome} on {wde}, {d} {mone}, at {timee}.", "please {reqe}.", "{fn} is absent today because of {ille}.",
 "the homework in {sube} is: {hwe}.", "{fn}'s work in {sube} has been {adje} over the past few weeks.", "the test in {sube} has been moved to {wde}, {d} {mone}.",
 "thank you very much for your quick reply.", "could we meet on {wde} at {timee} in {roome}?", "the {sube} lesson on {wde} is cancelled.",
 "I have received the note dated {d} {mone}.", "{fn} {ln} has not yet returned book number {n}.", "the costs are {n} euros per child.",
 "we would be grateful for any help.", "after the holidays we will start a new topic in {sube}.", "by then everyone should have finished {hwe}.",
 "Ms {ln} will take over the lesson.", "Mr {ln} will take over the lesson.", "I was unable to reach you by phone today.", "{evente} had to be cancelled because of the weather."]
GREET_DE = ["Sehr geehrte Frau {ln},", "Sehr geehrter Herr {ln},", "Liebe Eltern,", "Liebe Eltern der Klasse,", "Hallo {fn},", "Liebe Kolleginnen und Kollegen,", "Guten Tag,"]
GREET_EN = ["Dear Ms {ln},", "Dear Mr {ln},", "Dear parents,", "Hi {fn},", "Dear colleagues,", "Hello,"]
BYE_DE = ["Mit freundlichen Grüßen\n{fn} {ln}", "Viele Grüße\n{fn} {ln}", "Herzliche Grüße\n{ln}", "LG {fn}", "Freundliche Grüße\n{fn} {ln}\nKlassenleitung"]
BYE_EN = ["Kind regards\n{fn} {ln}", "Best wishes\n{fn}", "Yours sincerely\n{fn} {ln}", "Thanks, {fn}"]
# free text: frequent function words and school words, drawn with Zipf weights, so bodies are not pure templates
FREE_DE = """die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine auch als an nach wie im für
man aber aus durch wenn nur war noch werden bei hat wir was wird sein einen welche sind oder zur um haben einer mir über ihm diese
einem ihr uns da zum kann doch vor dieser mich ihn du hatte seine mehr am denn nun unter sehr selbst schon hier bis habe ihre dann
ihnen seiner alle wieder meine Zeit gegen vom ganz einzelnen wo muss ohne eines können sei Unterricht Schule Klasse Kind Eltern Lehrer
Schüler Arbeit Note Pause Woche Stunde Aufgabe Heft Buch Thema Gruppe Projekt Ausflug Ferien Zeugnis Gespräch Termin Anmeldung Mensa
Busfahrt Sportfest Bibliothek Versuch Vortrag Prüfung Lösung Ergebnis Frage Antwort Hilfe Regel Verspätung Entschuldigung Krankheit
schreiben lesen rechnen üben lernen erklären besprechen vorbereiten abgeben nachholen mitbringen unterschreiben planen melden fragen
gut schlecht wichtig neu alt schwierig leicht ruhig laut pünktlich spät krank fleißig freundlich möglich nötig gemeinsam allein oft
selten manchmal morgen heute gestern nächste letzte erste zweite dritte bisher bereits bald später weiterhin außerdem deshalb trotzdem
Förderung Entwicklung Verhalten Mitarbeit Konzentration Leistung Fortschritt Schwierigkeit Unterstützung Vereinbarung Rückmeldung
Wahlpflichtkurs Oberstufe Praktikumsbericht Stundenplan Vertretungsplan Elternvertretung Schulkonferenz Nachmittagsbetreuung""".split()
FREE_EN = """the of and to in a is that for it was on are as with they be at one have this from by hot but what some we can out other
were all there when up use your how said an each she which do their time if will way about many then them would write like so these her
long make thing see him two has look more day could go come did my sound no most number who over know than call first people may down
side been now find any new work part take get place made where after back little only round year came show every good me give our under
school class pupil teacher parent lesson homework test grade report meeting trip group project library holiday term subject answer
question help rule absence illness progress behaviour effort concentration support agreement feedback timetable cover option internship
careful late early important difficult easy quiet punctual friendly possible necessary together alone often rarely tomorrow yesterday
next last second third already soon later however therefore although improvement participation presentation examination certificate""".split()


def zipf_cum(n, s=1.05):
    return list(itertools.accumulate(1.0 / (i + 1) ** s for i in range(n)))


CUM_DE, CUM_EN = zipf_cum(len(FREE_DE)), zipf_cum(len(FREE_EN))
CUM_LAST = zipf_cum(len(LAST), 0.6)


def _split(t):
    out = []
    for i, part in enumerate(t.replace("}", "{").split("{")):
        out.append((i & 1, part))
    return out


_T = {t: _split(t) for t in DE + EN + GREET_DE + GREET_EN + BYE_DE + BYE_EN + SLOT["hw"] + SLOT["hwe"]}


def fill(rng, t):
    out = []
    for slot, part in _T[t]:
        if not slot:
            out.append(part)
        else:
            lst = SLOT[part]
            v = lst[int(rng.random() * len(lst))]
            if "{" in v:
                v = fill(rng, v)
            out.append(v)
    return "".join(out)


def free(rng, de):
    n = 5 + int(rng.random() * 14)
    w = rng.choices(FREE_DE if de else FREE_EN, cum_weights=CUM_DE if de else CUM_EN, k=n)
    s = " ".join(w)
    if n > 10 and rng.random() < .5:
        s = s.replace(" ", ", ", 1)
    return s + "."


def sentence(rng, de):
    if rng.random() < .45:
        s = free(rng, de)
    else:
        src = DE if de else EN
        s = fill(rng, src[int(rng.random() * len(src))])
    return s[0].upper() + s[1:]


def message(rng):
    de = rng.random() < .7
    g, b = (GREET_DE, BYE_DE) if de else (GREET_EN, BYE_EN)
    n = 1 + min(30, int(rng.expovariate(1 / 5.5)))
    body = [sentence(rng, de) for _ in range(n)]
    paras, i = [], 0
    while i < n:
        k = 1 + int(rng.random() * 4)
        paras.append(" ".join(body[i:i + k]))
        i += k
    subj = body[0][:60].rsplit(" ", 1)[0]
    return subj, fill(rng, g[int(rng.random() * len(g))]) + "\n\n" + "\n\n".join(paras) + "\n\n" + fill(rng, b[int(rng.random() * len(b))])


def email(rng, fn, ln):
    tr = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "oe", "Ü": "ue", "Ä": "ae", "ç": "c", "Ç": "c", "ş": "s", "Ş": "s", "ś": "s", "ğ": "g"})
    f, l = fn.lower().translate(tr), ln.lower().translate(tr)
    k = int(rng.random() * 4)
    u = (f + "." + l, f[0] + "." + l, f + l + str(int(rng.random() * 99)), l + "." + f + str(int(rng.random() * 9)))[k]
    return u + "@" + MAILHOST[int(rng.random() * len(MAILHOST))]


def phone(rng):
    r = int(rng.random() * 1e8)
    return f"0431 {r % 900000 + 100000}" if rng.random() < .4 else f"01{(51, 52, 57, 60, 70, 71, 72, 76)[r % 8]} {r % 9000000 + 1000000}"


def last(rng):
    return rng.choices(LAST, cum_weights=CUM_LAST)[0]

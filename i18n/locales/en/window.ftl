# Words of the window. Keys are grouped by page; every key stands in the Urdu file with the same variables.

skip = Skip to content
details = Details
close = Close
cancel = Cancel
stop = Stop
yes = Yes
no = No
not-known = Not known
language = Language
list-semicolon = {"; "}
list-comma = {", "}
because = Because of:
print = Print

nav-main = Main
nav-find = Find
nav-patients = Patients
nav-knowledge = Knowledge
nav-settings = Settings
nav-about = About
nav-lock = Lock
nav-offline = Works offline. Nothing leaves this computer.
palette-hint = Patient, condition or medicine

# The door
door-create-about = Choose a passphrase. It locks the patient records on this computer.
door-unlock-about = Your records are locked.
door-recover-about = Open the records with the recovery key and choose a new passphrase.
door-passphrase = Passphrase
door-new-passphrase = New passphrase
door-passphrase-hint = At least 8 characters. A few words that only you would put together are best.
door-unlock-hint = The one you chose when you set up Hakim.
door-again = The same once more
door-recovery-key = Recovery key
door-create = Create the records
door-unlock = Unlock
door-recover = Open and set the new passphrase
door-working = One moment
door-use-key = Use the recovery key
door-use-passphrase = Use the passphrase
door-encrypted = Records are encrypted on this computer. No network is used.
key-title = Write down this recovery key
key-about = It is shown only now. Without it nobody can open the records if the passphrase is forgotten. Keep it on paper, away from this computer.
key-kept = I have written it down

# Patients
patients-title = Patients
patients-new = New visit
patients-add = Add a patient
patients-search = Search patients
patients-search-hint = Name, village, phone or number
patients-none = No patients yet
patients-none-about = Patients you see are kept here, encrypted. Start with the first one.
patients-not-found = No patient found for “{ $name }”
patients-not-found-about = Try another spelling, the village or the phone number.
form-name = Name
form-age = Age
form-age-unit = Unit of age
form-sex = Sex
form-contact = Village, phone or number
form-allergies = Allergies
form-medicines = Medicines and remedies taken
form-list-hint = Separate with commas
form-start-visit = Save and start the visit
unit-years = years
unit-months = months
unit-days = days
sex-female = woman or girl
sex-male = man or boy
sex-unknown = sex not recorded
age-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
age-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
age-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
age-unknown = age not recorded
allergy = Allergy
visit-open = Visit open
triage-short-soon = Soon
triage-short-urgent = Urgent
triage-short-emergency = Emergency

# Timeline
timeline-new-visit = New visit
timeline-visits = Visits
timeline-count = { $n ->
    [one] { $n } visit
   *[other] { $n } visits
}
timeline-none = No visit yet.
timeline-untitled = Visit without a story
takes-title = Takes regularly
takes-none = Nothing recorded.

# The visit
visit-steps = Visit steps
stage-intake = Intake
stage-assessment = Assessment
stage-plan = Plan
stage-record = Record
do-assess = Assess
do-plan = Make plan
do-record = Write record
do-finish = Save and finish
kept-saved = Saved
kept-saving = Saving
kept-failed = Not saved
kept-finished = Finished

story-title = What has happened?
story-hint = Any language, the way you write notes.
pick-open = Pick from list
pick-title = Pick a finding
pick-hint = Type a symptom or sign
alarming = danger sign
chips-title = Understood
chips-hint = Press to change
chips-empty = Write the story or pick findings: what is understood appears here.
chips-present = Present
chips-absent = Absent
chips-unknown = Not known
chips-likely = Did you mean
chip-hint = Press: present, absent, not known. P, A or U set it. Delete removes it.
chip-days = { $n ->
    [1] 1 day
   *[other] { $n } days
}
chip-hours = { $n ->
    [1] 1 hour
   *[other] { $n } hours
}
chip-weeks = { $n ->
    [1] 1 week
   *[other] { $n } weeks
}
chip-months = { $n ->
    [1] 1 month
   *[other] { $n } months
}
chip-years = { $n ->
    [1] 1 year
   *[other] { $n } years
}
presence-present = present
presence-absent = absent
presence-unknown = not known
presence-danger = , danger sign
severity-of-mild = mild
severity-of-moderate = moderate
severity-of-severe = severe
notice-understood-nothing = Nothing in this text was understood. Write it in other words, or pick findings from the list.
notice-language-unknown = The language of this text is not known here. English, Urdu, Arabic and Hindi are read best; findings can always be picked from the list.
vitals-title = Vital signs
vitals-optional = All values are optional
vital-impossible = Not possible. Between
facts-title = What is known already
name-unknown = not known here
name-guessed = Not known. { $name }?
pregnancy = Pregnant
pregnancy-weeks = Weeks of pregnancy
lactating = Breast-feeding
pictures-title = Pictures
pictures-about = A picture is judged for quality only. It decides nothing.
pictures-add = Add a picture
pictures-keep = Keep it anyway
pictures-discard = Leave it out
pictures-remove = Remove this picture
verdict-good = Good picture
verdict-usable = Usable with care
verdict-bad = Cannot be judged
image-too-small = The picture is too small.
image-too-small-fix = Go closer, or use the camera's full size.
image-blank = The picture shows nothing.
image-blank-fix = Check the lens cap and the light, then take it again.
image-blurred = The picture is blurred.
image-blurred-fix = Rest the phone on something firm, wait until it is sharp, then take it again.
image-too-dark = The picture is too dark.
image-too-dark-fix = Move to a window or add light, then take it again.
image-too-bright = The picture is too bright.
image-too-bright-fix = Move out of direct sun or turn off the flash.
image-low-contrast = The picture is flat.
image-low-contrast-fix = Use daylight from the side and wipe the lens.
image-glare = Light is reflected in it.
image-glare-fix = Tilt the camera or turn off the flash.
image-colour-cast = Its colours are off.
image-colour-cast-fix = Use daylight instead of coloured light.

# Assessment
triage-emergency = Emergency: act now
triage-urgent = Urgent: care today
triage-soon = Soon: within days, two weeks at most
triage-routine = Mind this
triage-self-care = Care at home
danger-more = { $n ->
    [one] { $n } more danger sign
   *[other] { $n } more danger signs
}
used = { $findings } findings, { $values } values
not-enough = Not enough to say yet
not-enough-about = A ranking from so little would mislead. These questions help most:
could-be = What could this be
work-with = Plan for this condition
work-with-hint = Tick what you want to plan for. Nothing ticked: the leading one.
none-of-these = None of these
between = likely between { $low } and { $high }
must-not-miss = Must not be missed
must-not-miss-hint = by harm if missed
wording = Words of the story
wording-about = how close they are to what the packs write of it, beyond the findings read
medicine-causes = Could a medicine be the cause?
medicine-causes-hint = What the patient takes and has at the same time. Do not stop a medicine for this alone: think of it, ask when each began.
cause-share = { $low } to { $high } of those who take it.
settle = To settle it: { $what }
next-question = Best next question
next-test = Best next test
next-shift = { $about } is at { $now } now. Yes makes it { $yes }; no makes it { $no }.
next-shift-other = { $about } from { $now } to { $yes } if positive, { $no } if negative
harm-low = waiting does little harm
harm-moderate = days matter
harm-high = a day matters
harm-critical = hours or minutes matter
for-and-against = For and against
speaks-for = Speaks for
speaks-against = Speaks against
change-in-odds = × change in odds
before-any = Before any finding
prior-plain = share of clinic visits, this patient's age and sex
prior-factors = { $n ->
    [one] changed by { $n } fact about patient, place or season
   *[other] changed by { $n } facts about patient, place and season
}
together = Together
changes-little = Changes next to nothing:
finding-absent = No { $finding }
shares = { $inside } with it, { $outside } in the clinic
counted-together = counted together with a stronger one
match-listed = {""}
match-listed_parent = counted as its general form
match-unexplained = not explained by this condition
match-listed_absent = expected, and absent
match-unusual_absent = unusual in it, and absent
match-needed_absent = needed, and absent
match-pathognomonic = all but proves it
path-title = From finding to condition
path-finding = Finding
path-mechanism = Mechanism
path-condition = Condition
in-words = In words
explain = Put into words
explain-working = Writing. Each sentence is checked before it is shown.
explain-checked = Every sentence was checked against the facts it cites.
explain-dropped = { $n ->
    [one] { $n } sentence was left out: nothing here supported it.
   *[other] { $n } sentences were left out: nothing here supported them.
}
explain-stopped = Stopped.
guidelines = What the guidelines say
own-words = in our words
open-source = Open
tests = Tests
test-name = Test
test-where = Where
test-finds = Finds the ill
test-spares = Spares the well
cost-ask = question
cost-examine = examination
cost-bedside = bedside
cost-lab = laboratory
cost-imaging = imaging
cost-refer = elsewhere
why-not-title = Why not another?
why-not = Why not { $name }?
why-not-prior = Stands at { $now }; before any finding it was { $prior }.
why-not-test = A test would tell: { $test }.
why-not-open = See it in full
against-present = { $finding } is unusual in it (×{ $ratio })
against-absent = { $finding } would be expected, and is absent (×{ $ratio })
missing = Missing: { $what }
missing-age = age
missing-sex = sex
missing-pregnancy = pregnancy
missing-weight = weight
missing-creatinine = creatinine
engine-not-model = worked out by the engine, not by a language model

# Sources
cite-label = Source: { $title }
source-title = Source
source-document = Document
source-publisher = Published by
source-section = Section
source-grade = Strength
source-review = Checked
source-seen = Passage
source-where = Read at
seen-yes = passage read
seen-no = not seen: general knowledge or estimate
grade-strong = strong
grade-moderate = moderate
grade-weak = weak
grade-expert = our estimate
grade-traditional-use = traditional use
review-draft = draft, one author
review-second-read = read by a second reader
review-clinician = approved by a clinician
evidence-traditional = Traditional use, not shown in trials
passage-english-only = This passage is written in English only so far.

# Plan
plan-for = Plan: { $what }
plan-decided = { $n } of { $total } decided
plan-empty = The packs hold no plan for this. Use your own judgement and refer when in doubt.
plan-missing = For safe doses this is still needed: { $what }.
group-send = Send
group-stop = Stop or avoid
group-test = Test
group-give = Give
group-do = Do
group-tell = Tell
group-return = Come back
for-condition = For { $name }.
decide-accept = Accept
decide-change = Change
decide-reject = Reject
change-to = What instead?
reject-why = Why not? (optional)
dose-missing = No dose: { $what } is needed
dose-no-rule = No dose rule for this patient: look it up
dose-implausible = No dose: { $weight } kg does not fit this age
dose-cannot = No dose: the smallest form is above the maximum
dose-worked = { $name }, worked out
dose-weight-times = By weight
dose-fixed = One dose
dose-capped-single = Most at once
dose-then = Then
dose-rate = Runs at (20 drops = 1 mL)
dose-rounded = Nearest that can be given
dose-per-day = In a day
dose-max-day = Most in a day
dose-within = Within the daily limit
dose-clearance = Kidneys (Cockcroft-Gault)
dose-dialysis = On dialysis, counted as
dose-kidney-share = Share for these kidneys
dose-kidney-times = Less often for these kidneys
dose-kidney-cap = Most at once for these kidneys
dose-kidney-same = Kidneys: no change
dose-most-single = Most at once
dose-often = How often
dose-form = Form
dose-who = For whom
dose-route = Way
dose-others = Doses for other ages and weights
dose-applies = this patient
dose-no-form-held = No dose: no form in this clinic gives it
dose-kidney = Not with these kidneys ({ $clearance } mL/min): { $reason }
dose-kidney-child = No dose: kidney disease under 18 years. Ask a specialist
kidney-title = Kidneys
kidney-clearance = Clearance { $n } mL/min.
kidney-same = No change at this clearance.
kidney-no-rule = The packs do not say what weak kidneys change about this medicine: look it up.
kidney-first = The first dose is as in health: { $amount }. Those after it:
kidney-once = A dose given once is as usual, whatever the kidneys clear.
kidney-only-first = The first dose only, as usual. What follows depends on the kidneys: measure creatinine, or ask the hospital.
kidney-unknown = The clearance is not known. Where it is below { $n } mL/min:
plan-first = First: do not wait until it is certain
plan-examinations = Recommended examinations
plan-examinations-none = The packs name none for this.
plan-diagnosis = Diagnosis
plan-treatment = Treatment
plan-again = Work out the doses again
plan-to-intake = Go to the intake page
plan-odd-weight = { $weight } kg does not fit this age. Check weight and age; no dose is worked out before.
diagnosis-none = None yet. Choose one to plan for.
diagnosis-add = Add a diagnosis
diagnosis-choose = Choose
diagnosis-take-away = Take away
diagnosis-remove = Take away { $name }
accept-barred = Cannot be accepted: a warning forbids it. Change it or reject it.
not-held = not in this clinic
alternatives = Instead of it ({ $n })
alternatives-none = Nothing in the packs may stand for it here: refer, or look it up.
alternative-same_care = Named for the same purpose.
alternative-same_class_for = Same class, with a dose for this condition.
alternative-same_class = Same class, general dose.
alternative-use = Use this instead
route-oral = by mouth
route-im = into the muscle
route-iv = into the vein
route-sc = under the skin
route-inhaled = inhaled
route-topical = on the skin
route-id = into the skin
route-wound = into and around the wound
route-mouth = in the mouth, not swallowed
route-ear = into the ear
route-rectal = rectal
route-nasal = into the nose
route-eye = into the eye
route-vaginal = vaginal
route-sublingual = under the tongue
beside = Beside the plan
tab-medicines = Medicines
medicines-list = The whole list
medicines-about = What the patient takes, what the plan gives and what you are thinking of, checked together.
medicines-taken = Taken
medicines-planned = In the plan
medicines-thought = Thought of
medicines-add = A medicine or remedy, any name
medicines-remove = Take { $name } off the list
medicines-unknown = Not known here, so not checked: { $names }
add = Add
burdens-title = What adds up
burden-weight = weight { $n } of 3
burden-worse = Worse here because of: { $what }
map-title = Who changes the level of whom
map-legend = Full arrow: slows the path, so the other rises. Dashed arrow: speeds it up, so the other falls.
map-inhibits = { $from } slows { $path }: { $to } rises
map-induces = { $from } speeds up { $path }: { $to } falls
degree-weak = weak
degree-moderate = moderate
degree-strong = strong
tab-safety = Safety
tab-unani = Traditional
tab-prescription = Prescription
tab-handout = Handout
tab-referral = Referral letter
safety-none = No warning from our tables
safety-none-about = That is not proof of safety: only what is in the tables was checked, against what was entered.
severity-stop = Do not give
severity-caution = Caution
severity-note = Note
severity-unknown = Not known
unani-about = A parallel reading of the same findings. It never delays referral, and every remedy is checked.
unani-withheld = Danger signs first
unani-withheld-about = Traditional care is not shown while the patient must be sent on. Refer now.
unani-nothing = No traditional condition fits these findings.
unani-temperament = Temperament of the illness
unani-heat = heat
unani-moisture = moisture
unani-hot = hot
unani-cold = cold
unani-dry = dry
unani-moist = moist
unani-reads = Close to:
unani-refer = Refer if:
unani-principle = Principle
unani-regimen = Regimen
unani-diet = Diet
unani-remedy = Remedy
mizaj-read = Read the answers
mizaj-hot = Leans to hot
mizaj-cold = Leans to cold
mizaj-dry = Leans to dry
mizaj-moist = Leans to moist
mizaj-balanced = Balanced
mizaj-answered = ({ $n } of { $of } answered)
mizaj-worth = A published questionnaire of ten items recognised this side in { $sensitivity } of those whom experts placed there, and rightly left out { $specificity } of the others. These questions are ours and untested.
crosswalk-close = close
crosswalk-overlaps = overlaps
crosswalk-broader = broader
crosswalk-narrower = narrower
humour-dam = Humour: blood (hot and moist)
humour-balgham = Humour: phlegm (cold and moist)
humour-safra = Humour: yellow bile (hot and dry)
humour-sauda = Humour: black bile (cold and dry)
handout-language = Language of this page
handout-only-accepted = Only lines you accepted or changed appear.

# Record
note-title = Visit note
paper-both = Also in { $language }
paper-size = Size of the paper
paper-sources = Sources
paper-word = Put into words
paper-template = As the template says it
paper-in-words = In the model's words
paper-writing = Writing part { $done } of { $of }. Each sentence is written several times and checked.
paper-worded-about = Marked lines are the language model's words, checked against the lines they stand for. Each part was written { $samples } times.
paper-dropped = { $n ->
    [0] No sentence was withheld.
    [one] One sentence was withheld because nothing supports it.
   *[other] { $n } sentences were withheld because nothing supports them.
}
paper-outvoted = { $n ->
    [one] One supported sentence was left out because too few of the texts say it.
   *[other] { $n } supported sentences were left out because too few of the texts say them.
}
paper-restored = { $n ->
    [one] One statement that the model left out stands in the template's words.
   *[other] { $n } statements that the model left out stand in the template's words.
}
paper-disagreement = The texts disagree in { $percent } % of what they say.
paper-risk-1 = Risk of what is shown: none found
paper-risk-2 = Risk of what is shown: low
paper-risk-3 = Risk of what is shown: moderate. Read it against the template.
paper-risk-4 = Risk of what is shown: high. Use the template.
propose = Look again with the language model
propose-working = The language model reads the story.
propose-nothing = The language model found nothing more.
remark = Your own words
remark-hint = Added to the note as you write it.
kept-title = Kept with this visit
kept-shown = Shown
kept-shown-what = { $candidates } candidates, { $dangers } danger signs
kept-decided = Decided
kept-decided-what = { $accepted } accepted, { $changed } changed, { $rejected } rejected
kept-pictures = Pictures
kept-versions = Versions

# Knowledge
knowledge-search = Search the knowledge base
knowledge-search-hint = Condition, medicine, remedy or question
knowledge-start = Search what Hakim knows
knowledge-start-about = Passages in our own words with their sources, in the packs on this computer.
knowledge-nothing = Nothing found for “{ $query }”
knowledge-nothing-about = Not found does not mean safe, or that there is nothing to know.

# An entry of the knowledge base
entry-kind-condition = Condition
entry-kind-medicine = Medicine
entry-kind-traditional = Traditional condition
entry-kind-remedy = Traditional remedy
entry-also = Also:
entry-passages = Passages
entry-found = Conditions, medicines, remedies
entry-dangers = Danger signs
entry-findings = What patients have
entry-tests = Tests
entry-care = Care
entry-doses = Doses
entry-cautions = Cautions
entry-interactions = Acts on
entry-ingredients = Made of
entry-refer = Refer
entry-principles = Principles
entry-regimen = Regimen
entry-diet = Diet
entry-remedies = Remedies

# Settings
set-theme = Appearance
set-theme-about = Follows the computer unless you choose.
set-theme-system = System
set-theme-light = Light
set-theme-dark = Dark
set-region = Region of the clinic
set-region-about = Sets how common infections like malaria or dengue are.
set-region-south_asia = South Asia
set-region-east_africa = East Africa
set-region-middle_east = Middle East
set-region-elsewhere = Elsewhere
set-season = Season
set-season-about = Mosquito and water-borne illness follow the rains.
set-season-unknown = Not set
set-season-rainy = Rainy
set-season-dry = Dry
set-clinic = Name and place of the clinic
set-clinic-about = Stands at the head of a prescription. Left empty, there is a line to write it on.
set-traditional = Show the traditional layer
set-traditions = Traditions shown
tradition-unani = Unani
tradition-ayurveda = Ayurveda
tradition-tcm = Chinese medicine
set-traditional-about = With its own evidence label, below everything else.
formulary-title = Medicines in this clinic
formulary-about = Mark what you do not have. Doses are rounded to the forms you hold, and other medicines are offered.
formulary-count = { $n ->
    [one] { $n } medicine marked
   *[other] { $n } medicines marked
}
formulary-search = Search a medicine
formulary-forms = Forms and strengths held
formulary-all-held = Nothing is marked: every medicine counts as held. Search for one to mark it.
formulary-nothing = No medicine of this name.
formulary-more = { $n } more: type more of the name.
set-model = Language model and data
set-model-about = Optional. Without a model everything works; sentences come from templates.
model-absent = No language model is installed. Run `cargo xtask assets` on a connected computer, or copy the file from a USB stick.
model-ready = { $name } is installed.
model-loading = { $name } is loading or at work.
model-loaded = { $name } is loaded.
asset-there = present
asset-missing = missing
set-packs = Knowledge packs
packs-name = Pack
packs-version = Version
packs-conditions = Conditions
packs-passages = Passages
packs-refused = A pack was refused, and the one before it is used instead
packs-from = From
packs-own = comes with Hakim
packs-signed = signed, key { $key }…
packs-add = Add a pack from a file
packs-back = Go back one version
packs-trust = I have compared the key with its authors: trust it and install
packs-changed = { $pack } { $version } will be in use from the next start of Hakim. { $changes }
packs-changed-own = What comes with Hakim will be used for { $pack } again from the next start.

# About
about-title = How good is it, and how would you know?
about-decides = What decides, what speaks
about-decides-about = The engine decides with written, cited numbers: same case, same answer. The language model only puts checked facts into words. You decide what is done.
about-facts = How much was really read
about-facts-about = The packs hold { $facts } facts. For { $seen } of them ({ $share }) the passage was read. { $estimates } are our own estimates, mostly of how often a finding occurs. All this is marked wherever a fact is shown.
about-weak = Where it is weak
about-weak-about = Rare diseases are only pointed to. Probabilities rest largely on estimates and hold only for the findings entered. No clinician has approved the packs yet. Doses are written for four medicines in five, many from excerpts or copies of labels; second readers have seen few. Pictures are judged for quality only. A medicine that is not in the tables is unknown, not safe.
about-frame = Kept to
about-frame-about = The criteria of the FDA for non-device decision support, the guidance of WHO on large multimodal models (2024), and habits of IEC 62304: each suggestion shows its inputs, what is missing, source, version and limits.
about-private = Where the records are
about-private-about = On this computer only, encrypted. Nothing is sent anywhere. Copy the folder of records to keep a backup.
about-keys = Keys
about-keys-about = Ctrl K find, Ctrl N new visit, Ctrl Enter the main button, Alt 1 to 4 the steps, / the search field, Ctrl L lock, Esc close. On a chip P, A, U; on the question Y, N, U; on a plan line A, C, R.

# Own documents and filters of the search
scope = Look in
scope-all = Everything
scope-clinical = Conditions and medicines
scope-traditional = Traditional
scope-own = My documents
ages = Age
ages-all = All ages
ages-children = Children
ages-adults = Adults
shelf-title = My documents
shelf-about = Guidelines, books and pages of your own. They are read and searched on this computer only.
shelf-add = Add files
shelf-path = Or a folder on this computer or a stick
shelf-path-go = Take in
shelf-count = { $n ->
    [one] One document
   *[other] { $n } documents
}
shelf-progress = Reading { $done } of { $total }: { $added } new, { $known } known already, { $failed } not readable
shelf-finished = Done: { $added } new, { $known } known already, { $failed } not readable
shelf-cancelled = Stopped after { $done } of { $total }. What was read stays; take the same folder in again to go on.
shelf-cancel = Stop
shelf-remove = Take away
shelf-own = own document
shelf-place = { $title }, paragraph { $paragraph }
shelf-place-page = { $title }, page { $page }, paragraph { $paragraph }
shelf-page = page { $page }
shelf-before = Earlier
shelf-after = Later

# Rare diseases
rare-title = Rare diseases to keep in mind
rare-about = By fit with the findings alone, after the common list. How rare each is does not count here.
rare-show = Look among rare diseases
rare-absent = The annotations of rare diseases are not on this computer. Everything else works without them.
rare-few = At least two findings with a term of the Human Phenotype Ontology are needed; { $used } so far.
rare-none = No rare disease fits half of these findings.
rare-others = and { $n } more of this series
rare-genes = genes
rare-source = Human Phenotype Ontology annotations, { $release }

eval-title = How well does it do?
eval-measured = Measured { $day } with { $versions }.
eval-about = Cases that others wrote, or that we wrote without looking at the word lists. Many readings were mended on these open cases, so on new ones expect somewhat less. The aim is what we work towards.
eval-value = Now
eval-interval = 95 % interval
eval-aim = Aim
eval-calibration = Do the percentages come true?
eval-stated = Stated for the first candidate
eval-right = Came true
eval-cases = Cases
eval-groups = Age, sex and language
eval-group-age = Age
eval-group-sex = Sex
eval-group-language = Language
eval-methods = With parts left out, and simple methods
eval-figure-top1 = Right answer first
eval-figure-top3 = Among the first 3
eval-figure-top5 = Among the first 5
eval-figure-top10 = Among the first 10
eval-figure-mrr = Mean reciprocal rank
eval-figure-ece = Calibration error
eval-figure-ece-by-chance = … of a perfect forecaster on so few cases
eval-figure-ece-shown = … over all percentages shown
eval-figure-p95-ms = Time, 95 of 100 cases below
eval-figure-accuracy = Right level
eval-figure-emergency-recall = Emergencies caught
eval-figure-safe = Not rated too low
eval-figure-f1 = F1
eval-figure-precision = Denials that are denials
eval-figure-recall = Denials found
eval-figure-top1-all = First, with the case’s own paper
eval-figure-top3-all = First 3, with the case’s own paper
eval-figure-top10-all = First 10, with the case’s own paper
eval-figure-of-english-ur = Urdu against English, first 3
eval-figure-of-english-ar = Arabic against English, first 3
eval-figure-of-english-hi = Hindi against English, first 3
eval-figure-of-english-fr = French against English, first 3
eval-suite-vignettes = Case stories
eval-suite-vignettes-about = Stories in free text, scored by the diagnosis code.
eval-suite-dialogue = Asking
eval-suite-dialogue-about = Only the chief complaint is told; then eight questions, answered where the story has an answer.
eval-suite-languages = Languages
eval-suite-languages-about = Thirty cases of our own, told in four languages.
eval-suite-triage = How urgent
eval-suite-triage-about = Sixty cases of our own: hospital, a visit, or care at home.
eval-suite-negation = Denials
eval-suite-negation-about = Sentences of clinical notes: is the finding denied?
eval-suite-phenopackets = Rare diseases
eval-suite-phenopackets-about = Published patients with a genetic disease. What their own paper says is left out, unless it says so. Four in ten have a disease that is newer than the annotations and cannot be found.

nav-ask = Ask
ask-about = Answered from the passages on this computer, or not at all.
ask-question = Your question
ask-hint = Can aspirin be given in dengue?
ask-start = Ask about a case or the guidelines
ask-start-about = In any of the five languages. A further question may go on from the one before.
ask-for = About
ask-without = Ask without a patient
ask-with = Ask about { $name }
ask-only-passages = Passages only
ask-new = New talk
ask-looking = Looking
ask-nothing-about = Ask in other words, or name the illness or the medicine. What the packs do not hold is not guessed.
ask-passages-title = Passages
ask-worded = Worded by the language model, each sentence checked against its passages.
set-models = Models
set-models-about = What each is for and where its limits are. A file of your own is checked and tried before it is used.
model-role-chat = words
model-role-embed = search by meaning
model-role-vision = pictures
model-used = in use
model-brought = brought by you
model-not-said = the file does not say
model-unmeasured = Nobody has measured what it says. Every sentence is checked as before.
model-unmeasured-pictures = Nobody has measured what it sees. Take no finding from it.
model-family = Family
model-size = File
model-memory = Memory it needs
model-languages = Languages
model-licence = Licence
model-speed = Speed here
model-speed-is = reads { $reading } and writes { $writing } tokens a second
model-speed-pictures = looks at { $pictures } pictures and reads { $texts } short texts a second
model-use = Use
model-check = Check
model-remove = Remove
model-path = Take in a model: a file (GGUF: Llama, Mistral, Qwen, Gemma 3, Phi-3) or a folder (CLIP, SigLIP)
model-add = Take in
model-copy = Copy it to this computer
model-inspecting = Looking it over
model-reading = Reading { $done } of { $of }
model-trying = Running it
model-done = { $id } is sound.

nav-calculators = Calculators
calculators-search = Find a calculator by name or by what it tells
calculators-none = No calculator of this name. Try another word, such as the organ or the test.
calculator-group-kidney = Kidney
calculator-group-heart = Heart and circulation
calculator-group-lungs = Lungs
calculator-group-liver = Liver
calculator-group-blood = Blood
calculator-group-bleeding = Clots and bleeding
calculator-group-infection = Infection
calculator-group-emergency = Emergency
calculator-group-child = Children
calculator-group-pregnancy = Pregnancy and birth
calculator-group-body = Body size
calculator-group-metabolism = Salts, sugar and fats
calculator-group-medicine = Medicines
calculator-group-nerves = Brain, nerves and mind
calculator-not-for = Does not hold for:
calculator-from-visit = Filled in from the open visit. Check the values.
calculator-usual = not told: { $usual }
calculator-missing = Still needed: { $asks }
calculator-impossible = { $asks }: no living person has this. Possible is { $low } to { $high } { $unit }. Check the number and its unit.
calculator-no-answer = { $asks }: this is no number, or in a unit that does not measure it. Type it again.
calculator-not-for-them = This calculator is not made for such a patient (age, sex, size or value): no result.
calculator-undefined = With these values the formula has no result. Check them.
calculator-steps = How it was worked out
calculator-assumed = Not told, and taken as usual: { $asks }
calculator-rest-no = Answer the open questions with no
calculator-note = Read the values from a note
calculator-note-hint = Paste or type the note. It stays on this machine and is not kept.
calculator-note-read = Read the note
calculator-also = The note also gives: { $values }
calculator-off-subject = The note does not speak of what this calculator is made for. Check whether it fits this patient.

calculators-tab = Calculators
growth-tab = Growth
vaccines-tab = Vaccinations
tabs-calculators = Calculators, growth and vaccinations
growth-about = A child from birth to 19 years against the WHO standards of 2006 and the WHO reference of 2007.
growth-for = For { $name }. What you enter here is kept in the open visit.
growth-for-finished = For { $name }. The visit is finished: nothing entered here is kept.
growth-no-visit = No visit is open: nothing entered here is kept.
growth-age = Age
growth-age-from-birthday = Age from the birthday: { $days } days ({ $months } months)
growth-age-estimated = The birthday is an estimate, and so is every z-score by age.
growth-lying = Measured
growth-lying-usual = as usual at the age
growth-lying-yes = lying
growth-lying-no = standing
growth-moved = { $cm } cm is used: { $added } cm for the way it was measured.
growth-more = Skinfolds
growth-field-weight = Weight
growth-field-height = Length or height
growth-field-arm = Mid-upper-arm circumference
growth-field-head = Head circumference
growth-field-triceps = Triceps skinfold
growth-field-subscapular = Subscapular skinfold
growth-oedema = Oedema of both feet (pits when pressed)
growth-weight-for-age = Weight for age
growth-height-for-age = Length or height for age
growth-weight-for-height = Weight for length or height
growth-bmi-for-age = BMI for age
growth-head-for-age = Head circumference for age
growth-arm-for-age = Arm circumference for age
growth-triceps-for-age = Triceps skinfold for age
growth-subscapular-for-age = Subscapular skinfold for age
growth-col-indicator = Compared by
growth-col-value = Value
growth-col-median = Median
growth-col-z = z-score
growth-col-percentile = Percentile
growth-col-means = Meaning
growth-col-on = Day
growth-col-at-age = Age, months
growth-col-at-cm = Length or height, cm
growth-today = today
growth-check = Check the measurement.
growth-needs-sex = Say whether it is a girl or a boy.
growth-needs-age = Say the age: nothing can be compared without it.
growth-too-old = The WHO reference ends at 19 years.
growth-impossible = { $field }: no living child has this. Possible is { $low } to { $high }. Check the number and its unit.
growth-missing = The WHO growth tables are not all on this computer. On a computer with a connection run `cargo xtask run`: it fetches them. Or copy the folder `growth` of the assets from another computer. Until then what they are needed for is left out.
growth-none = Enter a measurement.
growth-gaps = Not compared: { $list }
growth-none-measure = not measured
growth-none-age = no reference at this age
growth-none-table = outside the lengths of the table
growth-none-oedema = oedema makes the weight untrue
growth-none-file = the table is not on this computer
growth-chart = Chart
growth-chart-of = Chart: { $indicator }
growth-chart-words = { $indicator }: lines for z-scores -3 to +3 and { $n ->
    [one] one value
   *[other] { $n } values
 } of the child, the last { $value } { $unit } with a z-score of { $z }. All are in the table below.
growth-axis-months = Age in months
growth-axis-cm = Length or height in cm
vaccines-about = What is due now and what comes next, by a schedule, the birthday and the doses given. A suggestion: what forbids a vaccine is yours to ask.
vaccines-for = For { $name }. Doses are kept with the patient.
vaccines-no-patient = No visit is open: doses entered here are lost when you leave the page.
vaccines-schedule = Schedule
vaccines-born = Date of birth
vaccines-or-age = or age
vaccines-on = Day asked about
vaccines-approximate = The birthday is an estimate: so are all days below.
vaccines-pregnant = Pregnant
vaccines-immune = Severe immune deficiency
vaccines-needs-born = Enter the date of birth or the age.
vaccines-add = Add a dose
vaccines-add-which = Vaccine
vaccines-add-day = Given on
vaccines-add-do = Add
vaccines-given-now = Given today
vaccines-remove = Take off: { $name }, { $on }
vaccines-local = only in some districts
vaccines-group-due = Due now
vaccines-group-next = Next
vaccines-group-complete = Complete
vaccines-group-too-late = Too late
vaccines-group-not-for = Not for this patient
vaccines-nothing-due = Nothing is due now.
vaccines-not-when = Not when:
vaccines-catch-up = When late:
vaccines-details = What forbids it, and what to do when late
vaccine-dose = dose { $n }
vaccine-due = dose { $n } of { $of }: due now
vaccine-overdue = dose { $n } of { $of }: overdue since { $since }
vaccine-then = then the next dose from { $on }
vaccine-next = dose { $n } of { $of }: from { $on }
vaccine-complete = complete
vaccine-too-late = dose { $n } of { $of }: the age limit has passed
vaccine-wait-age = at that age
vaccine-wait-gap = least time after the dose before
vaccine-wait-live = four weeks after another live vaccine: { $other }
vaccine-wait-after = only after all doses of: { $other }
vaccine-not-who = not for this age, sex or place
vaccine-not-not-known = say sex and pregnancy first
vaccine-not-pregnancy = not in pregnancy
vaccine-not-immune-deficiency = not in severe immune deficiency
vaccine-fault-no-day = this is no day: write it as 2026-11-27
vaccine-fault-before-birth = before the birthday: check the day
vaccine-fault-later = after the day asked about: not counted yet
vaccine-fault-too-young = given too early, does not count: counts from { $from }
vaccine-fault-too-late = after the age limit of { $from }, does not count
vaccine-fault-before-other = before the list that goes before it was complete, does not count
vaccine-fault-too-soon = too soon after the dose before, does not count: counts from { $from }
vaccine-fault-extra = one more than the schedule has
vaccine-near-live = less than four weeks after another live vaccine ({ $other }): it may protect less; ask the programme whether to repeat it

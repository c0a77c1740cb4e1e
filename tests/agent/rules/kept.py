"""Ordinary sentences, and what is kept of each: text and path; then tier and last day where it will pass."""

Row = tuple[str, ...]
CASES: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "My wife and I moved to Austin in 2020 and we have two kids.",
        (
            ("Moved to Austin in 2020 (with wife)", "personal/about.md"),
            ("Has two kids", "personal/family.md"),
        ),
    ),
    ("By the way I'm vegan.", (("Vegan", "food/preferences.md"),)),
    (
        "I'm 34, married, and work as a nurse.",
        (
            ("34 years old", "personal/about.md"),
            ("Married", "personal/family.md"),
            ("Works as a nurse", "work/job.md"),
        ),
    ),
    (
        "My sister lives in Lisbon and works as a doctor.",
        (
            ("Sister lives in Lisbon", "personal/family.md"),
            ("Sister works as a doctor", "personal/family.md"),
        ),
    ),
    ("We have a golden retriever named Max.", (("Has a golden retriever named Max", "personal/pets.md"),)),
    (
        "I just got a new job at Microsoft as a senior engineer.",
        (("Got a new job at Microsoft as a senior engineer", "work/job.md"),),
    ),
    (
        "I work as a software engineer at Google.",
        (("Works as a software engineer at Google", "work/job.md"),),
    ),
    ("I was born on May 3, 1990 in Chicago.", (("Was born on May 3, 1990 in Chicago", "personal/about.md"),)),
    ("My phone number is +1 206 555 0134.", (("Phone number is +1 206 555 0134", "personal/contact.md"),)),
    ("Call me at +49 30 1234567.", (("Phone number is +49 30 1234567", "personal/contact.md"),)),
    ("You can call me Sam.", (("Goes by Sam", "personal/about.md"),)),
    ("My birthday's on the 12th of July.", (("Birthday is on the 12th of July", "personal/about.md"),)),
    ("My sister's allergic to nuts.", (("Sister is allergic to nuts", "personal/family.md"),)),
    ("My email is sam.lee@example.com.", (("Email is sam.lee@example.com", "personal/contact.md"),)),
    ("I drive a 2015 Honda Civic.", (("Drives a 2015 Honda Civic", "personal/vehicles.md"),)),
    ("I prefer window seats when flying.", (("Prefers window seats when flying", "travel/preferences.md"),)),
    (
        "I take 20mg of lisinopril every morning.",
        (("Takes 20mg of lisinopril every morning", "health/medication.md"),),
    ),
    (
        "I was diagnosed with type 2 diabetes last year.",
        (("Was diagnosed with type 2 diabetes in 2025", "health/conditions.md"),),
    ),
    (
        "My favorite color is blue and my favorite food is ramen.",
        (
            ("Favorite color is blue", "preferences/general.md"),
            ("Favorite food is ramen", "food/preferences.md"),
        ),
    ),
    ("I hate cilantro.", (("Hates cilantro", "food/preferences.md"),)),
    ("I'm lactose intolerant.", (("Lactose intolerant", "health/allergies.md"),)),
    ("My dad has heart disease.", (("Dad has heart disease", "personal/family.md"),)),
    (
        "I speak English, Spanish and a little Japanese.",
        (("Speaks English, Spanish and a little Japanese", "personal/about.md"),),
    ),
    ("I'm learning Spanish.", (("Learning Spanish", "personal/about.md", "working"),)),
    (
        "I'm training for a marathon in April.",
        (("Training for a marathon in April 2027", "health/fitness.md", "working", "2027-04-30"),),
    ),
    (
        "I need to renew my passport by June.",
        (("Needs to renew their passport by June 2027", "travel/preferences.md", "working", "2027-06-30"),),
    ),
    (
        "My passport expires on 12 March 2027.",
        (("Passport expires on 12 March 2027", "travel/preferences.md", "working", "2027-03-12"),),
    ),
    (
        "I have a meeting with Sarah on Friday at 10.",
        (("Has a meeting with Sarah on 2026-11-27 at 10", "work/job.md", "working", "2026-11-27"),),
    ),
    (
        "I'm flying to Denver next Tuesday.",
        (("Flying to Denver on 2026-11-24", "travel/trips.md", "working", "2026-11-24"),),
    ),
    (
        "We're visiting my parents this weekend.",
        (("Visiting parents on the weekend of 2026-11-21", "travel/trips.md", "working", "2026-11-22"),),
    ),
    (
        "I sprained my ankle last week.",
        (("Sprained ankle in the week of 2026-11-09", "health/conditions.md", "working", "2026-11-29"),),
    ),
    ("I have the flu.", (("Has the flu", "health/conditions.md", "working", "2026-12-06"),)),
    ("I'm on a keto diet.", (("On a keto diet", "food/preferences.md"),)),
    ("I stopped drinking coffee.", (("Stopped drinking coffee", "food/preferences.md"),)),
    ("I don't drink alcohol anymore.", (("No longer drinks alcohol", "food/preferences.md"),)),
    ("I'm no longer vegetarian.", (("No longer vegetarian", "food/preferences.md"),)),
    ("I quit my job.", (("Quit their job", "work/job.md"),)),
    (
        "I got promoted to senior manager yesterday.",
        (("Got promoted to senior manager on 2026-11-21", "work/job.md"),),
    ),
    (
        "I graduated from MIT in 2012 with a degree in physics.",
        (("Graduated from MIT in 2012 with a degree in physics", "education/studies.md"),),
    ),
    ("I'm studying law at Yale.", (("Studying law at Yale", "education/studies.md"),)),
    ("I've been working at Amazon since 2019.", (("Has been working at Amazon since 2019", "work/job.md"),)),
    (
        "I've lived in Berlin for five years.",
        (("Has lived in Berlin for five years (since about 2021)", "personal/about.md"),),
    ),
    ("I can't swim.", (("Cannot swim", "health/fitness.md"),)),
    ("I can play the piano.", (("Can play the piano", "hobbies/interests.md"),)),
    (
        "I'd like to visit Japan someday.",
        (("Would like to visit Japan someday", "travel/trips.md", "working"),),
    ),
    ("I want to learn piano.", (("Wants to learn piano", "hobbies/interests.md", "working"),)),
    (
        "I'm planning to buy a house next year.",
        (("Planning to buy a house in 2027", "home/house.md", "working", "2027-12-31"),),
    ),
    ("I earn $95,000 a year.", (("Earns $95,000 a year", "finance/overview.md"),)),
    ("I have a mortgage with Chase.", (("Has a mortgage with Chase", "home/house.md"),)),
    ("My rent is $2,100 a month.", (("Rent is $2,100 a month", "home/house.md"),)),
    ("I go to the gym three times a week.", (("Goes to the gym three times a week", "health/fitness.md"),)),
    ("I run 5k every morning.", (("Runs 5k every morning", "health/fitness.md"),)),
    ("I'm reading Dune at the moment.", (("Reading Dune", "hobbies/interests.md", "working", "2027-02-20"),)),
    ("I use Neovim on Arch Linux.", (("Uses Neovim on Arch Linux", "tech/setup.md"),)),
    ("My laptop is a MacBook Pro.", (("Laptop is a MacBook Pro", "tech/setup.md"),)),
    ("I code mostly in Python and Rust.", (("Codes mostly in Python and Rust", "tech/setup.md"),)),
    ("I know C++ and C#.", (("Knows C++ and C#", "tech/setup.md"),)),
    ("My girlfriend's name is Maria.", (("Girlfriend's name is Maria", "personal/family.md"),)),
    (
        "My son Leo is 5 years old and loves dinosaurs.",
        (
            ("Son Leo is 5 years old", "personal/family.md"),
            ("Son Leo loves dinosaurs", "personal/family.md"),
        ),
    ),
    ("My mother's maiden name is Schmidt.", (("Mother's maiden name is Schmidt", "personal/family.md"),)),
    ("My best friend Tom lives in Paris.", (("Best friend Tom lives in Paris", "personal/friends.md"),)),
    ("My boss Karen hates emails.", (("Boss Karen hates emails", "work/people.md"),)),
    ("My dentist is Dr. Lee.", (("Dentist is Dr. Lee", "health/care.md"),)),
    ("My landlord's number is 555-1234.", (("Landlord's number is 555-1234", "personal/people.md"),)),
    (
        "Our wedding anniversary is on June 12.",
        (("Wedding anniversary is on June 12", "personal/family.md"),),
    ),
    ("My birthday is next Friday.", (("Birthday is on November 27", "personal/about.md"),)),
    (
        "My parents are visiting us in December.",
        (("Parents are visiting the user in December 2026", "personal/family.md", "working", "2026-12-31"),),
    ),
    (
        "I live with my sister and her two kids.",
        (("Lives with sister and her two kids", "personal/about.md"),),
    ),
    ("I broke up with Anna.", (("Broke up with Anna", "personal/about.md"),)),
    ("I got married last month.", (("Got married in October 2026", "personal/family.md"),)),
    ("I'm single.", (("Single", "personal/family.md"),)),
    ("I am divorced with two children.", (("Divorced with two children", "personal/family.md"),)),
    ("I'm left-handed.", (("Left-handed", "personal/about.md"),)),
    (
        "I'm 180 cm tall and weigh 75 kg.",
        (
            ("180 cm tall", "personal/about.md"),
            ("Weighs 75 kg", "health/fitness.md"),
        ),
    ),
    ("I turned 40 yesterday.", (("Turned 40 on 2026-11-21", "personal/about.md"),)),
    ("I prefer metric units.", (("Prefers metric units", "preferences/communication.md"),)),
    ("I prefer to be called Liz.", (("Prefers to be called Liz", "personal/about.md"),)),
    ("Please call me Alex.", (("Goes by Alex", "personal/about.md"),)),
    ("My pronouns are they/them.", (("Pronouns are they/them", "preferences/communication.md"),)),
    ("I wake up at 6 a.m. every day.", (("Wakes up at 6 a.m. every day", "personal/about.md"),)),
    (
        "I work from home on Mondays and Fridays.",
        (("Works from home on Mondays and Fridays", "work/job.md"),),
    ),
    ("My office is on the 3rd floor.", (("Office is on the 3rd floor", "work/job.md"),)),
    ("I commute by bike.", (("Commutes by bike", "personal/vehicles.md"),)),
    ("I'm scared of flying.", (("Scared of flying", "travel/preferences.md"),)),
    ("I have asthma and a peanut allergy.", (("Has asthma and a peanut allergy", "health/allergies.md"),)),
    ("I wear glasses.", (("Wears glasses", "health/conditions.md"),)),
    ("I had my appendix removed in 2015.", (("Had appendix removed in 2015", "health/conditions.md"),)),
    (
        "I have an appointment with my cardiologist on December 3rd.",
        (
            (
                "Has an appointment with cardiologist on 2026-12-03",
                "health/appointments.md",
                "working",
                "2026-12-03",
            ),
        ),
    ),
    (
        "The wedding is on May 5.",
        (("The wedding is on 2027-05-05", "personal/family.md", "working", "2027-05-05"),),
    ),
    ("Our dog is allergic to chicken.", (("Dog is allergic to chicken", "personal/pets.md"),)),
    ("I like Thai food but not too spicy.", (("Likes Thai food but not too spicy", "food/preferences.md"),)),
    (
        "I love hiking, climbing and photography.",
        (("Loves hiking, climbing and photography", "hobbies/interests.md"),),
    ),
    (
        "I play guitar in a band called The Foxes.",
        (("Plays guitar in a band called The Foxes", "hobbies/interests.md"),),
    ),
    ("I collect vintage stamps.", (("Collects vintage stamps", "hobbies/interests.md"),)),
    ("I'm a big fan of Radiohead.", (("Is a big fan of Radiohead", "preferences/general.md"),)),
    ("I hate when people are late.", (("Hates when people are late", "preferences/general.md"),)),
    ("I voted yesterday.", (("Voted on 2026-11-21", "personal/about.md"),)),
    (
        "I'm working on a novel about the sea.",
        (("Working on a novel about the sea", "work/projects.md", "working"),),
    ),
    (
        "I started a company called Nimbus in 2021.",
        (("Started a company called Nimbus in 2021", "work/job.md"),),
    ),
    ("I'm the CEO of Nimbus.", (("Is the CEO of Nimbus", "work/job.md"),)),
    ("I own a flat in Leeds.", (("Owns a flat in Leeds", "home/house.md"),)),
    ("I rent an apartment in Queens.", (("Rents an apartment in Queens", "home/house.md"),)),
    ("I sold my car.", (("Sold their car", "personal/vehicles.md"),)),
    ("I bought a Tesla last week.", (("Bought a Tesla in the week of 2026-11-09", "personal/vehicles.md"),)),
    (
        "I'm moving to Denver in June.",
        (("Moving to Denver in June 2027", "personal/about.md", "working", "2027-06-30"),),
    ),
    ("I moved out of my parents' house.", (("Moved out of parents' house", "home/house.md"),)),
    ("I moved in with my boyfriend.", (("Moved in with boyfriend", "personal/family.md"),)),
    ("I grew up in a small town in Ohio.", (("Grew up in a small town in Ohio", "personal/about.md"),)),
    ("I used to work at IBM.", (("Used to work at IBM", "work/job.md"),)),
    ("I'm from Brazil originally.", (("From Brazil originally", "personal/about.md"),)),
    ("I'm Brazilian.", (("Brazilian", "personal/about.md"),)),
    ("I'm Catholic.", (("Catholic", "personal/about.md"),)),
    (
        "I have a sister named Anna and a brother named Paul.",
        (("Has a sister named Anna and a brother named Paul", "personal/family.md"),),
    ),
    ("I have two cats, Luna and Milo.", (("Has two cats, Luna and Milo", "personal/pets.md"),)),
    ("Anna's birthday is May 3.", (("Anna's birthday is May 3", "personal/people.md"),)),
    (
        "Vegetarian, allergic to nuts",
        (
            ("Vegetarian", "food/preferences.md"),
            ("Allergic to nuts", "health/allergies.md"),
        ),
    ),
    ("As a vegetarian, I avoid gelatin.", (("Avoids gelatin as a vegetarian", "food/preferences.md"),)),
    (
        "I have a dog. It is called Rex.",
        (
            ("Has a dog", "personal/pets.md"),
            ("Dog is called Rex", "personal/pets.md"),
        ),
    ),
    (
        "In 2 weeks I start at Spotify.",
        (("Starts at Spotify around 2026-12-06", "work/job.md", "working", "2026-12-06"),),
    ),
    (
        "Next month I'm starting a new job at Spotify.",
        (("Starting a new job at Spotify in December 2026", "work/job.md", "working", "2026-12-31"),),
    ),
    ("Last year I ran my first marathon.", (("Ran their first marathon in 2025", "health/fitness.md"),)),
    ("On Fridays I play chess.", (("Plays chess on Fridays", "hobbies/interests.md"),)),
    ("Every Tuesday I have therapy.", (("Has therapy every Tuesday", "health/conditions.md"),)),
    ("Because of my knee, I can't run.", (("Cannot run because of knee", "health/fitness.md"),)),
    (
        "Although I live in Berlin, I work in Potsdam.",
        (("Works in Potsdam although they live in Berlin", "work/job.md"),),
    ),
    (
        "I have been married for ten years.",
        (("Has been married for ten years (since about 2016)", "personal/family.md"),),
    ),
    ("My new phone number is 555-9999.", (("Phone number is 555-9999", "personal/contact.md"),)),
    ("I AM ALLERGIC TO PEANUTS", (("Allergic to peanuts", "health/allergies.md"),)),
    (
        "im 29 and i live in leeds",
        (
            ("29 years old", "personal/about.md"),
            ("Lives in leeds", "personal/about.md"),
        ),
    ),
    (
        "I'm in Paris for two weeks.",
        (("In Paris for two weeks (until 2026-12-06)", "travel/trips.md", "working", "2026-12-06"),),
    ),
    (
        "I'll be in London from January 5 to January 12.",
        (("Will be in London from 2027-01-05 to 2027-01-12", "travel/trips.md", "working", "2027-01-12"),),
    ),
    (
        "I'm out of office until Monday.",
        (("Out of office until 2026-11-23", "work/job.md", "working", "2026-11-23"),),
    ),
    (
        'I said "I love you" to my wife yesterday.',
        (('Said "I love you" to wife on 2026-11-21', "personal/family.md"),),
    ),
    (
        "Elizabeth I is my favorite queen.",
        (("Elizabeth I is the user's favorite queen", "preferences/general.md"),),
    ),
    ("I finished Part I of my thesis.", (("Finished Part I of their thesis", "education/studies.md"),)),
    (
        "My blog is at https://example.com/me?a=1.",
        (("Blog is at https://example.com/me?a=1", "personal/about.md"),),
    ),
    ("Birthday: 3 May 1990", (("Birthday: 3 May 1990", "personal/about.md"),)),
    (
        "Don't forget that my mom is visiting on Sunday.",
        (("Mom is visiting on 2026-11-29", "personal/family.md", "working", "2026-11-29"),),
    ),
    ("Since I'm vegan, can you suggest a recipe?", (("Vegan", "food/preferences.md"),)),
    (
        "I have 2 kids; my wife works at Shell.",
        (
            ("Has 2 kids", "personal/family.md"),
            ("Wife works at Shell", "personal/family.md"),
        ),
    ),
    ("I live in Seattle, what's the weather like?", (("Lives in Seattle", "personal/about.md"),)),
    (
        "I'm planning a trip to Japan in April, any tips?",
        (("Planning a trip to Japan in April 2027", "travel/trips.md", "working", "2027-04-30"),),
    ),
    (
        "I don't live in Seattle anymore, I moved to Portland.",
        (
            ("No longer lives in Seattle", "personal/about.md"),
            ("Moved to Portland", "personal/about.md"),
        ),
    ),
    (
        "At work I use Windows, but at home I use Linux.",
        (
            ("Uses Windows at work", "personal/about.md"),
            ("Uses Linux at home", "tech/setup.md"),
        ),
    ),
)
